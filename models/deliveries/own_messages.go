package deliveries

// confirmationTitle is all that the log may have of a confirmation: whoever made the
// channel reads the log, and only whoever reads the mail may confirm.
const confirmationTitle = "Do you want messages of Lights On?"

// ConfirmationMessage asks whoever reads an address whether messages are wanted. It is
// made when it is sent, and kept nowhere.
func ConfirmationMessage(c Channel) Message {
	return Message{
		Title: confirmationTitle,
		Lines: []string{
			"Somebody asked Lights On to send messages about stores to this address.",
			"If you want them, follow the link and press its button, or give this code to the person who asked: " + c.Code(),
			"If you do not, do nothing. No messages will be sent to you.",
		},
		Links: []Link{{Text: "Confirm the address", Path: "/confirm/" + c.Token}},
	}
}

// testMessage shows that messages arrive.
func testMessage(c Channel) Message {
	return Message{
		Title: "Test message",
		Lines: []string{"Messages of Lights On arrive here, by the channel " + c.Name + ". There is nothing to do."},
		Links: []Link{{Text: "Channels", Path: "/channels"}},
	}
}
