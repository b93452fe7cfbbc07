// Package notify sends messages: mail by SMTP, webhooks, and what chats take for webhooks.
//
// It is a client and nothing else. It must not know the database or the queue: whether a
// message is tried again, package jobs decides, by what [Sender] answers.
package notify
