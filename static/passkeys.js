// Passkeys are the only part of the site that needs JavaScript. The pages that offer them load this
// file. What it does not find in the browser stays hidden.
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) {
    for (const words of document.querySelectorAll("[data-no-passkeys]")) words.hidden = false;
    return;
  }

  // --- the JSON of WebAuthn, written out, since some browsers cannot read and write it ------------

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt());
  const base64url = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

  function parse(options) {
    const known = (list) => list?.map((c) => ({ ...c, id: bytes(c.id) }));
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    options.allowCredentials = known(options.allowCredentials);
    options.excludeCredentials = known(options.excludeCredentials);
    return options;
  }

  function write(credential) {
    const { id, type, response } = credential;
    const json = { id, type, rawId: id, clientExtensionResults: credential.getClientExtensionResults(), response: {} };
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) json.response[name] = base64url(response[name]);
    }
    json.response.transports = response.getTransports?.();
    return json;
  }

  // --- asking the server, then the person, then the server ---------------------------------------

  async function post(url, body) {
    const json = "application/json";
    const answer = await fetch(url, { method: "POST", headers: { "Content-Type": json, Accept: json }, body: JSON.stringify(body) });
    const said = await answer.json();
    if (!answer.ok) throw said.detail;
    return said;
  }

  const words = {
    NotAllowedError: "It was not confirmed, or this device has no passkey for this site. Try again, or use another way.",
    InvalidStateError: "This device has a passkey for your account already.",
    SecurityError: "Open this site at an https:// address with a name, such as https://lights.example.com.",
  };

  // A new passkey is sent as a form: the answer is a page, which may show recovery codes.
  function submit(url, credential) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: url, hidden: true });
    form.append(Object.assign(document.createElement("input"), { name: "credential", value: JSON.stringify(credential) }));
    document.body.append(form);
    form.submit();
  }

  async function run(spot, fields) {
    const { passkey, begin, finish } = spot.dataset;
    const { publicKey } = await post(begin, fields);
    const credential = write(await navigator.credentials[passkey]({ publicKey: parse(publicKey) }));
    if (passkey === "create") return submit(finish, credential);
    const { next_url: next } = await post(finish, credential);
    location.assign(next);
  }

  for (const spot of document.querySelectorAll("[data-passkey]")) {
    const button = spot.querySelector("button");
    const problem = spot.querySelector("[role=alert]");
    const begin = async (fields) => {
      problem.hidden = button.disabled = true;
      try {
        await run(spot, fields);
      } catch (e) {
        problem.textContent = typeof e === "string" ? e : say(words[e?.name] || "That did not work. Load the page again, then try once more.");
        problem.hidden = button.disabled = false;
        button.focus();
      }
    };
    spot.hidden = false;
    if (spot.matches("form")) {
      spot.addEventListener("submit", (e) => {
        e.preventDefault();
        begin(Object.fromEntries(new FormData(spot)));
      });
    } else {
      button.addEventListener("click", () => begin({ next: spot.dataset.next }));
    }
  }
})();
