// PersonalityHead
