// ClassificationHead
