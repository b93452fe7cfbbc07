package web

import (
	"lightson/models/access"
	"lightson/models/words"
)

// actionWords say what was done, in the words of the audit page and in the order of its
// choice of actions. An action without words is shown as it is stored.
var actionWords = []struct {
	action access.Action
	words  words.Text
}{
	{access.SignInTried, "signed in"},
	{access.SignedOut, "signed out"},
	{access.InvitationUsed, "chose a password with a link"},
	{access.NameChanged, "changed their name"},
	{access.PasswordChanged, "changed their password"},
	{access.FactorBegun, "began to set up a second step"},
	{access.FactorAdded, "added a second step"},
	{access.FactorRemoved, "removed a second step"},
	{access.RecoveryCodes, "created recovery codes"},
	{access.SessionEnded, "ended a session"},
	{access.KeyMade, "created an API key"},
	{access.KeyRevoked, "revoked an API key"},

	{access.PersonInvited, "invited a person"},
	{access.PersonChanged, "changed a person"},
	{access.PersonDisabled, "disabled an account"},
	{access.PersonEnabled, "enabled an account"},
	{access.InvitationMade, "created an invitation link"},
	{access.ResetMade, "created a password link"},
	{access.PersonAdded, "added a person from the command line"},
	{access.PasswordReplaced, "set a password from the command line"},

	{access.ReportAsked, "asked for a report"},
	{access.ReportCancelled, "cancelled a report"},
	{access.ReportRetried, "asked for a report again"},
	{access.LinkMade, "shared a report"},
	{access.LinkRevoked, "revoked a share link"},
	{access.Downloaded, "downloaded a file"},

	{access.ImportMade, "imported files"},
	{access.ImportPreviewed, "previewed an import again"},
	{access.ImportConfirmed, "confirmed an import"},
	{access.ImportDiscarded, "discarded an import"},
	{access.ImportUndone, "undid an import"},
	{access.ImportCancelled, "cancelled an import"},
	{access.PollsPushed, "sent polls"},
	{access.HoursApplied, "applied hours to the past"},
	{access.DatabaseCopied, "copied everything from another database"},
	{access.SalesEntered, "entered sales"},
	{access.SpecialDayAdded, "added special days"},
	{access.SpecialDayRemoved, "removed special days"},
	{access.CorrectionMade, "made a correction"},
	{access.CorrectionWithdrawn, "withdrew a correction"},
	{access.TargetSet, "set a target"},

	{access.AlertRuleAdded, "added an alert rule"},
	{access.AlertRuleChanged, "changed an alert rule"},
	{access.AlertRuleRemoved, "removed an alert rule"},
	{access.StorePaused, "paused alerts for a store"},
	{access.AlertAcknowledged, "acknowledged an alert"},
	{access.DigestAdded, "added a digest"},
	{access.DigestChanged, "changed a digest"},
	{access.DigestRemoved, "removed a digest"},
	{access.DigestSent, "sent a digest"},

	{access.ScheduleAdded, "scheduled a report"},
	{access.ScheduleChanged, "changed a scheduled report"},
	{access.ScheduleRemoved, "removed a scheduled report"},
	{access.ReportAwaited, "asked to be told when a report is ready"},
	{access.ChannelAdded, "added a channel"},
	{access.ChannelChanged, "changed a channel"},
	{access.ChannelTested, "tested a channel"},
	{access.ChannelRemoved, "removed a channel"},
	{access.Unsubscribed, "unsubscribed"},
	{access.DeliveryRetried, "sent a message again"},
	{access.DeliveryCancelled, "cancelled a message"},
	{access.FeedMade, "created a feed"},
	{access.FeedRevoked, "revoked a feed"},
}

// actionText is what an action is called.
func actionText(w spoken, action access.Action) string {
	for _, known := range actionWords {
		if known.action == action {
			return w.Say(known.words)
		}
	}
	return string(action)
}

// actedText is what a record says was done, or tried in vain.
func actedText(w spoken, r access.Record) string {
	acted := actionText(w, r.Action)
	if r.Outcome == access.Done {
		return acted
	}
	return w.Say("tried: {action}", "action", acted)
}
