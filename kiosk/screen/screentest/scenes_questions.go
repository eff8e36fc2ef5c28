package screentest

// questionScenes are the pages of each type of question, in each state.
func questionScenes() []Scene { return nil }
