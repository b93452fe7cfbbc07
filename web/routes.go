package web

import (
	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/static"
)

// routes is the table of contents of the site. Beside a route stand the permission that
// it needs, what the audit log says of it if it changes anything, what of its answers is
// kept, and what it receives if that is more than usual.
func (s *Server) routes(r *router) {
	// Both bound their time themselves: an upload may take as long as bytes arrive,
	// and a push waits for pushPatience.
	uploads, pushes := limits{body: s.settings.UploadLimit, stream: true}, limits{body: pushLimit}

	// Pages.
	r.get("/", access.ReadFigures, s.showOverview, s.keep(live))
	r.watch("/news", access.ReadFigures, s.showNews)
	r.get("/stores", access.ReadFigures, s.listStores, s.keep(onlyFigures))
	r.download("/stores.csv", access.ReadFigures, s.downloadStores)
	r.get("/stores/:id", access.ReadFigures, s.showStore, s.keep(onlyFigures))
	r.download("/stores/:id/openings.ics", access.ReadFigures, s.downloadOpenings)
	r.post("/stores/:id/sales", access.KeepSales, access.SalesEntered, s.setStoreSales)
	r.post("/stores/:id/target", access.SetTargets, access.TargetSet, s.setStoreTarget)
	r.get("/targets", access.ReadFigures, s.listTargets, s.tagged)
	r.post("/targets", access.SetTargets, access.TargetSet, s.setTarget)
	r.get("/special-days", access.ReadFigures, s.listSpecialDays, s.tagged)
	r.post("/special-days", access.KeepCalendar, access.SpecialDayAdded, s.addSpecialDays)
	r.post("/special-days/remove", access.KeepCalendar, access.SpecialDayRemoved, s.removeSpecialDay)
	r.get("/outages", access.ReadFigures, s.listOutages, s.keep(onlyFigures))
	r.download("/outages.csv", access.ReadFigures, s.downloadOutages)
	r.get("/hours/:hour", access.ReadFigures, s.showHour, s.keep(onlyFigures))
	r.get("/groups", access.ReadFigures, s.listGroups, s.keep(onlyFigures))
	r.get("/groups/names", access.ReadFigures, s.suggestGroups)
	r.post("/sales", access.KeepSales, access.SalesEntered, s.setGroupSales)
	r.get("/corrections", access.ReadFigures, s.listCorrections, s.tagged)
	r.get("/corrections/new", access.Correct, s.showCorrectionForm)
	r.post("/corrections", access.Correct, access.CorrectionMade, s.makeCorrection)
	r.post("/corrections/:id/withdraw", access.Correct, access.CorrectionWithdrawn, s.withdrawCorrection)
	r.get("/reports", access.ReadFigures, s.listReports, s.keep(live))
	r.post("/reports", access.MakeReports, access.ReportAsked, s.generateReport)
	r.get("/reports/:id", access.ReadFigures, s.showReport, s.keep(live))
	r.get("/reports/:id/row", access.ReadFigures, s.showReportRow)
	r.download("/reports/:id/report.csv", access.ReadFigures, s.downloadReport)
	r.download("/reports/:id/details.csv", access.ReadFigures, s.downloadDetails)
	r.download("/reports/:id/range.csv", access.ReadFigures, s.downloadRange)
	r.download("/reports/:id/report.xlsx", access.ReadFigures, s.downloadWorkbook)
	r.post("/reports/:id/await", access.KeepAlerts, access.ReportAwaited, s.awaitReport)
	r.post("/reports/:id/cancel", access.MakeReports, access.ReportCancelled, s.cancelReport)
	r.post("/reports/:id/retry", access.MakeReports, access.ReportRetried, s.retryReport)
	r.get("/imports", access.ReadImports, s.listImports, s.keep(live))
	r.receives(uploads, r.post("/imports", access.Ingest, access.ImportMade, s.uploadFiles))
	r.post("/demo", access.Ingest, access.ImportMade, s.loadDemo)
	r.post("/demo/remove", access.Ingest, access.ImportUndone, s.removeDemo)
	r.get("/imports/:id", access.ReadImports, s.showImport, s.keep(live))
	r.get("/imports/:id/row", access.ReadImports, s.showImportRow)
	r.post("/imports/:id/preview", access.Ingest, access.ImportPreviewed, s.previewAgain)
	r.post("/imports/:id/confirm", access.Ingest, access.ImportConfirmed, s.confirmImport)
	r.post("/imports/:id/discard", access.Ingest, access.ImportDiscarded, s.discardImport)
	r.post("/imports/:id/undo", access.Ingest, access.ImportUndone, s.undoImport)
	r.post("/imports/:id/apply-hours", access.Ingest, access.HoursApplied, s.applyHours)
	r.post("/imports/:id/cancel", access.Ingest, access.ImportCancelled, s.cancelImport)
	r.download("/imports/:id/files/:number/rejects.csv", access.ReadImports, s.downloadRejects)
	r.download("/imports/:id/rejects.zip", access.ReadImports, s.downloadAllRejects)
	r.get("/quality", access.ReadFigures, s.showQuality, s.keep(live))
	r.get("/quality/:check", access.ReadFigures, s.showCheck, s.keep(live))
	r.download("/quality/:check/list.csv", access.ReadFigures, s.downloadCheck)
	r.ask("/language", access.Anybody, s.chooseLanguage)
	r.get("/samples/:name", access.Anybody, s.downloadSample)

	// Scheduled reports.
	r.get("/scheduled-reports", access.KeepAlerts, s.listScheduled, s.tagged)
	r.post("/scheduled-reports", access.MakeReports, access.ScheduleAdded, s.addScheduled)
	r.get("/scheduled-reports/:id", access.KeepAlerts, s.showScheduled, s.tagged)
	r.post("/scheduled-reports/:id", access.MakeReports, access.ScheduleChanged, s.changeScheduled)
	r.post("/scheduled-reports/:id/run", access.MakeReports, access.ReportAsked, s.onScheduled("asked", s.runScheduled))
	r.post("/scheduled-reports/:id/pause", access.KeepAlerts, access.ScheduleChanged, s.onScheduled("paused", s.pauseScheduled))
	r.post("/scheduled-reports/:id/resume", access.KeepAlerts, access.ScheduleChanged, s.onScheduled("resumed", s.resumeScheduled))
	r.post("/scheduled-reports/:id/remove", access.KeepAlerts, access.ScheduleRemoved, s.onScheduled("removed", s.removeScheduled))

	// Alerts.
	r.get("/alerts", access.KeepAlerts, s.listAlerts, s.tagged)
	r.post("/alerts", access.KeepAlerts, access.AlertRuleAdded, s.addAlertRule)
	r.get("/alerts/new", access.KeepAlerts, s.showNewAlertRule)
	r.ask("/alerts/backtest", access.KeepAlerts, s.tryAlertRule)
	r.post("/alerts/incidents/acknowledge", access.KeepAlerts, access.AlertAcknowledged, s.acknowledgeAll)
	r.post("/alerts/incidents/:id/acknowledge", access.KeepAlerts, access.AlertAcknowledged, s.acknowledgeIncident)
	r.get("/alerts/:id", access.KeepAlerts, s.showAlertRule, s.tagged)
	r.post("/alerts/:id", access.KeepAlerts, access.AlertRuleChanged, s.changeAlertRule)
	r.post("/alerts/:id/enable", access.KeepAlerts, access.AlertRuleChanged, s.switchAlertRule(true))
	r.post("/alerts/:id/disable", access.KeepAlerts, access.AlertRuleChanged, s.switchAlertRule(false))
	r.post("/alerts/:id/remove", access.KeepAlerts, access.AlertRuleRemoved, s.removeAlertRule)
	r.post("/stores/:id/pause", access.KeepAlerts, access.StorePaused, s.pauseStore)
	r.post("/stores/:id/resume", access.KeepAlerts, access.StorePaused, s.resumeStore)
	r.get("/acknowledge/:token", access.Anybody, s.showAcknowledge, hideInvitation)
	r.post("/acknowledge/:token", access.Anybody, access.AlertAcknowledged, s.acknowledgeMessage, hideInvitation)

	// Digests.
	r.get("/digests", access.KeepAlerts, s.listDigests, s.tagged)
	r.post("/digests", access.KeepAlerts, access.DigestAdded, s.addDigest)
	r.get("/digests/:id", access.KeepAlerts, s.showDigest, s.tagged)
	r.post("/digests/:id", access.KeepAlerts, access.DigestChanged, s.changeDigest)
	r.get("/digests/:id/message", access.KeepAlerts, s.showDigestMessage)
	r.post("/digests/:id/send", access.KeepAlerts, access.DigestSent, s.sendDigest)
	r.post("/digests/:id/remove", access.KeepAlerts, access.DigestRemoved, s.removeDigest)

	// Shared reports.
	r.post("/reports/:id/links", access.ShareReports, access.LinkMade, s.makeLink)
	r.post("/reports/:id/links/:link/revoke", access.ShareReports, access.LinkRevoked, s.revokeLink)
	r.get("/shared/:token", access.ReadSharedPage, s.showShared)
	r.download("/shared/:token/report.csv", access.ReadSharedPage, s.downloadShared)
	r.download("/shared/:token/details.csv", access.ReadSharedPage, s.downloadSharedDetails)
	r.download("/shared/:token/range.csv", access.ReadSharedPage, s.downloadSharedRange)
	r.download("/shared/:token/report.xlsx", access.ReadSharedPage, s.downloadSharedWorkbook)

	// Where people are told things, and what they were told.
	r.get("/channels", access.KeepAlerts, s.listChannels, s.tagged)
	r.post("/channels", access.KeepAlerts, access.ChannelAdded, s.addChannel)
	r.get("/channels/new", access.KeepAlerts, s.showChannelForm)
	r.get("/channels/:id/now", access.KeepAlerts, s.showChannelNow)
	r.post("/channels/:id/test", access.KeepAlerts, access.ChannelTested, s.onChannel("tested", "", s.testChannel))
	r.post("/channels/:id/name", access.KeepAlerts, access.ChannelChanged, s.onChannel("renamed", "renamed", s.renameChannel))
	r.post("/channels/:id/secret", access.KeepAlerts, access.ChannelChanged, s.renewChannelSecret)
	r.post("/channels/:id/disable", access.KeepAlerts, access.ChannelChanged, s.onChannel("disabled", "disabled", byID(s.data.DisableChannel)))
	r.post("/channels/:id/enable", access.KeepAlerts, access.ChannelChanged, s.onChannel("enabled", "enabled", s.byQueue(s.data.EnableChannel)))
	r.post("/channels/:id/ask", access.KeepAlerts, access.ChannelChanged, s.onChannel("asked to confirm", "asked", s.byQueue(s.data.AskConfirmation)))
	r.post("/channels/:id/confirm", access.KeepAlerts, access.ChannelChanged, s.onChannel("confirmed by code", "confirmed", s.confirmByCode))
	r.post("/channels/:id/remove", access.KeepAlerts, access.ChannelRemoved, s.onChannel("removed", "removed", byID(s.data.RemoveChannel)))
	r.get("/deliveries", access.KeepAlerts, s.listDeliveries, s.tagged)
	r.get("/deliveries/:id", access.KeepAlerts, s.showDelivery)
	r.get("/deliveries/:id/row", access.KeepAlerts, s.showDeliveryRow)
	r.post("/deliveries/:id/retry", access.KeepAlerts, access.DeliveryRetried, s.retryDelivery)
	r.post("/deliveries/:id/cancel", access.KeepAlerts, access.DeliveryCancelled, s.cancelDelivery)
	r.get(unsubscribePath, access.Anybody, s.showUnsubscribe, hideInvitation)
	r.post(unsubscribePath, access.Anybody, access.Unsubscribed, s.unsubscribe, hideInvitation)
	r.get("/confirm/:token", access.Anybody, s.showConfirm, hideInvitation)
	r.post("/confirm/:token", access.Anybody, access.ChannelChanged, s.confirmChannel, hideInvitation)

	// Feeds. Readers ask for them again and again, so who reads them is not recorded.
	r.get("/feeds", access.KeepAlerts, s.listFeeds, s.tagged)
	r.post("/feeds", access.KeepAlerts, access.FeedMade, s.makeFeed)
	r.post("/feeds/:feed/revoke", access.KeepAlerts, access.FeedRevoked, s.revokeFeed)
	r.get("/feeds/:token/outages.atom", access.ReadFeed, s.sendFeedOutages)
	r.get("/feeds/:token/openings.ics", access.ReadFeed, s.sendFeedOpenings)

	// People.
	r.get("/people", access.ManagePeople, s.listPeople)
	r.post("/people", access.ManagePeople, access.PersonInvited, s.invitePerson)
	r.get("/people/:id", access.ManagePeople, s.showPerson)
	r.post("/people/:id", access.ManagePeople, access.PersonChanged, s.changePerson)
	r.post("/people/:id/disable", access.ManagePeople, access.PersonDisabled, s.onPerson("disable", "Another operator can disable it.", s.disablePerson))
	r.post("/people/:id/enable", access.ManagePeople, access.PersonEnabled, s.onPerson("enable", "It is enabled.", s.enablePerson))
	r.post("/people/:id/invite", access.ManagePeople, access.InvitationMade, s.passwordLink("Invitation for {person}", s.accounts.Invite))
	r.post("/people/:id/reset", access.ManagePeople, access.ResetMade, s.passwordLink("Password link for {person}", s.accounts.ResetPassword))
	r.post("/people/:id/factors/remove", access.ManagePeople, access.FactorRemoved, s.onPerson("factors", onOwnAccount, s.removeFactors))
	r.post("/people/:id/sessions/end", access.ManagePeople, access.SessionEnded, s.onPerson("sessions", onOwnAccount, s.endSessions))
	r.post("/people/:id/keys/:key/revoke", access.ManagePeople, access.KeyRevoked, s.revokeKeyOf)

	// Audit.
	r.get("/audit", access.ReadAudit, s.listAudit)
	r.download("/audit.csv", access.ReadAudit, s.downloadAudit)

	// Signing in.
	r.get("/sign-in", access.Anybody, s.showSignIn)
	r.post("/sign-in", access.Anybody, access.SignInTried, s.signIn, s.withSession)
	r.get("/sign-in/factor", access.Anybody, s.showFactor, s.withSession)
	r.post("/sign-in/factor", access.Anybody, access.SignInTried, s.enterFactor, s.withSession)
	r.ask("/sign-in/passkey/begin", access.Anybody, s.beginPasskeySignIn, s.withSession)
	r.post("/sign-in/passkey/finish", access.Anybody, access.SignInTried, s.finishPasskeySignIn, s.withSession)
	r.get("/invitation/:token", access.Anybody, s.showInvitation, hideInvitation)
	r.post("/invitation/:token", access.Anybody, access.InvitationUsed, s.useInvitation, hideInvitation, s.withSession)
	if s.settings.SignIn.OIDC.On() {
		r.get("/sign-in/oidc", access.Anybody, s.startProvider, onlyGET, s.withSession)
		r.visit(callbackPath, access.Anybody, access.SignInTried, s.finishProvider, onlyGET, s.withSession)
	}
	r.post("/sign-out", access.SignedIn, access.SignedOut, s.signOut, s.withSession)

	// One's own account.
	r.get("/account", access.SignedIn, s.showAccount, s.withSession)
	r.post("/account/name", access.SignedIn, access.NameChanged, s.changeName, s.withSession)
	r.post("/account/password", access.SignedIn, access.PasswordChanged, s.changePassword, s.withSession)
	r.post("/account/totp", access.SignedIn, access.FactorBegun, s.beginApp, s.withSession)
	r.post("/account/totp/confirm", access.SignedIn, access.FactorAdded, s.confirmApp, s.withSession)
	r.post("/account/totp/remove", access.SignedIn, access.FactorRemoved, s.removeApp, s.withSession)
	r.post("/account/recovery-codes", access.SignedIn, access.RecoveryCodes, s.makeRecoveryCodes, s.withSession)
	r.post("/account/passkeys/begin", access.SignedIn, access.FactorBegun, s.beginPasskey, s.withSession)
	r.post("/account/passkeys/finish", access.SignedIn, access.FactorAdded, s.finishPasskey, s.withSession)
	r.post("/account/passkeys/:id/remove", access.SignedIn, access.FactorRemoved, s.removePasskey, s.withSession)
	r.post("/account/sessions/end", access.SignedIn, access.SessionEnded, s.endOtherSessions, s.withSession)
	r.post("/account/sessions/:id/end", access.SignedIn, access.SessionEnded, s.endOwnSession, s.withSession)
	r.post("/account/keys", access.SignedIn, access.KeyMade, s.makeOwnKey, s.withSession)
	r.post("/account/keys/:id/revoke", access.SignedIn, access.KeyRevoked, s.revokeOwnKey, s.withSession)

	// The contract for scripts.
	r.post("/trigger_report", access.MakeReports, access.ReportAsked, s.triggerReport)
	r.get("/trigger_report", access.ReadFigures, s.explainTrigger)
	r.get("/get_report", access.ReadFigures, s.getReport)
	r.get("/get_report/:id", access.ReadFigures, s.getReport)

	// The API, described in static/openapi.
	r.get("/api/v1/openapi.yaml", access.Anybody, s.apiDocument)
	r.get("/api/v1/stores", access.ReadFigures, s.apiListStores)
	r.get("/api/v1/stores/:id", access.ReadFigures, s.apiShowStore)
	r.get("/api/v1/stores/:id/timeline", access.ReadFigures, s.apiShowTimeline)
	r.get("/api/v1/stores/:id/days", access.ReadFigures, s.apiListDays)
	r.download("/api/v1/stores/:id/openings.ics", access.ReadFigures, s.downloadOpenings)
	r.get("/api/v1/outages", access.ReadFigures, s.apiListOutages)
	r.get("/api/v1/groups", access.ReadFigures, s.apiListGroups)
	r.get("/api/v1/targets", access.ReadFigures, s.apiListTargets)
	r.put("/api/v1/targets", access.SetTargets, access.TargetSet, s.apiSetTarget)
	r.get("/api/v1/special-days", access.ReadFigures, s.apiListSpecialDays)
	r.receives(limits{body: specialDaysLimit, answer: answerWithin}, r.post("/api/v1/special-days", access.KeepCalendar, access.SpecialDayAdded, s.apiAddSpecialDays))
	r.remove("/api/v1/special-days", access.KeepCalendar, access.SpecialDayRemoved, s.apiRemoveSpecialDays)
	r.get("/api/v1/corrections", access.ReadFigures, s.apiListCorrections)
	r.post("/api/v1/corrections", access.Correct, access.CorrectionMade, s.apiAddCorrection)
	r.get("/api/v1/corrections/:id", access.ReadFigures, s.apiShowCorrection)
	r.remove("/api/v1/corrections/:id", access.Correct, access.CorrectionWithdrawn, s.apiWithdrawCorrection)
	r.get("/api/v1/reports", access.ReadFigures, s.apiListReports)
	r.post("/api/v1/reports", access.MakeReports, access.ReportAsked, s.apiAskReport)
	r.get("/api/v1/reports/:id", access.ReadFigures, s.apiShowReport)
	r.post("/api/v1/reports/:id/cancel", access.MakeReports, access.ReportCancelled, s.apiCancelReport)
	r.get("/api/v1/reports/:id/rows", access.ReadFigures, s.apiListReportRows)
	r.download("/api/v1/reports/:id/details", access.ReadFigures, s.downloadDetails)
	r.download("/api/v1/reports/:id/range", access.ReadFigures, s.downloadRange)
	r.download("/api/v1/reports/:id/workbook", access.ReadFigures, s.downloadWorkbook)
	r.get("/api/v1/imports", access.ReadImports, s.apiListImports)
	r.receives(uploads, r.post("/api/v1/imports", access.Ingest, access.ImportMade, s.apiTakeIn))
	r.get("/api/v1/imports/:id", access.ReadImports, s.apiShowImport)
	r.post("/api/v1/imports/:id/undo", access.Ingest, access.ImportUndone, s.apiUndoImport)
	r.post("/api/v1/imports/:id/apply-hours", access.Ingest, access.HoursApplied, s.apiApplyHours)
	r.post("/api/v1/imports/:id/cancel", access.Ingest, access.ImportCancelled, s.apiCancelImport)
	r.download("/api/v1/imports/:id/files/:number/rejects", access.ReadImports, s.downloadRejects)
	r.receives(pushes, r.post("/api/v1/polls", access.Push, access.PollsPushed, s.apiPushPolls))
	r.get("/api/v1/sources", access.ReadImports, s.apiListSources)
	r.get("/api/v1/quality", access.ReadFigures, s.apiShowQuality)
	r.get("/api/v1/quality/:check", access.ReadFigures, s.apiListFound)
	r.get("/api/v1/people", access.ManagePeople, s.apiListPeople)
	r.get("/api/v1/keys", access.ManagePeople, s.apiListKeys)
	r.get("/api/v1/audit", access.ReadAudit, s.apiListAudit)

	// Probes, metrics and static files.
	r.get("/healthz", access.Anybody, s.health)
	r.get("/readyz", access.Anybody, s.ready)
	if s.settings.Metrics != nil {
		r.get("/metrics", access.Observe, echo.WrapHandler(s.settings.Metrics))
	}
	r.get(static.Prefix+"*", access.Anybody, echo.WrapHandler(static.Handler(takesGzip)))
	for _, path := range static.Root { // icons and the manifest
		r.get(path, access.Anybody, echo.WrapHandler(static.RootHandler(takesGzip)))
	}
	if s.settings.Dev {
		r.get("/gallery", access.Develop, s.showGallery)
		r.get("/gallery/:name", access.Develop, s.showGallerySample)
		r.get("/debug/pprof*", access.Develop, s.showProfile)
	}
}
