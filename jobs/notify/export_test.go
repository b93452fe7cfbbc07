package notify

// MailHTML and MailText are the two forms of a mail.
var (
	MailHTML = mailHTML
	MailText = mailText
)
