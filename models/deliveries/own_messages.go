package deliveries

// confirmationTitle is all that the log may have of a confirmation: whoever made the
// channel reads the log, and only whoever reads the mail may confirm.
const confirmationTitle = "Do you want messages from Lights On?"

// ConfirmationMessage asks whoever reads an address whether messages are wanted. It is
// made when it is sent, and kept nowhere.
func ConfirmationMessage(c Channel) Message {
	return Message{
		Title: confirmationTitle,
		Lines: []string{
			"Someone asked Lights On to send messages about stores to this address.",
			"If you want them, open the link and press the button there. Or give this code to the person who asked: " + c.Code(),
			"If you do not want them, do nothing. No messages will be sent to you.",
		},
		Links: []Link{{Text: "Confirm the address", Path: "/confirm/" + c.Token}},
	}
}

// testMessage shows that messages arrive.
func testMessage(c Channel) Message {
	return Message{
		Title: "Test message",
		Lines: []string{"Messages from Lights On arrive here through the channel " + c.Name + ". You do not need to do anything."},
		Links: []Link{{Text: "Channels", Path: "/channels"}},
	}
}
