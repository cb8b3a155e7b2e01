print("svfap-host")
