package deliveries

import "lightson/models/words"

// confirmationTitle is all that the log may have of a confirmation: whoever made the
// channel reads the log, and only whoever reads the mail may confirm.
const confirmationTitle words.Text = "Do you want messages from Lights On?"

// ConfirmationMessage asks whoever reads an address whether messages are wanted. It is
// made when it is sent, in the language in which it was asked for, and kept nowhere.
func ConfirmationMessage(w *words.Words, c Channel) Message {
	m := confirmationAsked(w)
	m.Lines = []string{
		w.Say("Someone asked Lights On to send messages about stores to this address."),
		w.Say("If you want them, open the link and press the button there. Or give this code to the person who asked: {code}", "code", c.Code()),
		w.Say("If you do not want them, do nothing. No messages will be sent to you."),
	}
	m.Links = []Link{{Text: w.Say("Confirm the address"), Path: "/confirm/" + c.Token}}
	return m
}

// confirmationAsked is what the log has of a confirmation.
func confirmationAsked(w *words.Words) Message {
	m := NewMessage(w)
	m.Title = w.Say(confirmationTitle)
	return m
}

// testMessage shows that messages arrive.
func testMessage(w *words.Words, c Channel) Message {
	m := NewMessage(w)
	m.Title = w.Say("Test message")
	m.Lines = []string{w.Say("Messages from Lights On arrive here through the channel {channel}. You do not need to do anything.", "channel", c.Name)}
	m.Links = []Link{{Text: w.Say("Channels"), Path: "/channels"}}
	return m
}
