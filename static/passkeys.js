// Passkeys, which need JavaScript.
