// What the pages do beyond plain HTML. Everything works without this file, only less smoothly.
// It is loaded in the head without defer, so that the theme stands before the first paint.
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("js");

  // --- the language of the page --------------------------------------------------------------

  const language = () => root.lang;

  // The server sends what scripts say in any language but English. Values stand in braces.
  let texts;

  function say(text, values = {}) {
    texts ??= JSON.parse(document.getElementById("texts")?.textContent || "{}");
    return (texts[text] ?? text).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  }
  window.say = say; // for passkeys.js

  const decimal = (text) => (language() === "en" ? text : text.replace(".", ","));

  // --- remembered switches -------------------------------------------------------------------

  const recall = (name) => {
    try {
      return localStorage.getItem("lightson-" + name);
    } catch {
      return null; // storage may be forbidden; then nothing is remembered
    }
  };
  const remember = (name, value) => {
    try {
      localStorage.setItem("lightson-" + name, value);
    } catch {
      // see recall
    }
  };

  const apply = {
    theme(value) {
      if (value === "light" || value === "dark") root.dataset.theme = value;
      else delete root.dataset.theme;
    },
    clock(value) {
      root.dataset.clock = value || "store";
      showTimes(document);
    },
  };
  apply.theme(recall("theme"));

  // --- times in the store's zone, in mine, or in UTC --------------------------------------------

  function showTimes(scope) {
    const clock = root.dataset.clock || "store";
    for (const t of scope.querySelectorAll("time[datetime]")) {
      if (t.dataset.text === undefined) {
        if (clock === "store") continue;
        t.dataset.text = t.textContent;
      }
      t.textContent = clock === "store" ? t.dataset.text : inZone(t, clock === "utc" ? "UTC" : undefined);
    }
  }

  function inZone(t, timeZone) {
    const at = new Date(t.dateTime);
    const { text: said, at: part = said } = t.dataset; // part is the time within the words; "3 h ago" has none
    if (isNaN(at) || !part) return said;
    const options = { timeZone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (/\b(19|20)\d\d\b/.test(said)) options.year = "numeric";
    if (/\d\d:\d\d:\d\d/.test(said)) options.second = "2-digit";
    const text = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : language(), options).format(at).replaceAll(",", "");
    const zone = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "short" }).formatToParts(at);
    return said.replace(part, () => text + " " + zone.find((p) => p.type === "timeZoneName").value);
  }

  // --- how old the data are ---------------------------------------------------------------------

  // As the server words it, in whole minutes or days.
  function ageText(seconds, stale) {
    const minutes = Math.floor(seconds / 60);
    const days = Math.floor(seconds / 86400);
    if (seconds < -30) return ""; // the clock of this machine is wrong
    if (seconds < 60) return say("just now");
    if (days >= 2) return say(stale ? "{n} days" : "{n} days ago", { n: days.toLocaleString(language()) });
    const hours = Math.floor(minutes / 60);
    const length = [hours && hours + " h", minutes % 60 && (minutes % 60) + " min"].filter(Boolean).join(" ");
    return stale ? length : say("{length} ago", { length });
  }

  // --- newer data ---------------------------------------------------------------------------------

  // How many stores are offline stands before the title, as the server has it at load.
  const countIn = /^\([\d.,]+\) /;

  function retitle(title, count = countIn.exec(document.title)?.[0] || "") {
    document.title = count + title.replace(countIn, "");
  }

  let asking, askedAt;

  // Asks whether there are newer data, as long as somebody looks and is signed in.
  async function askNews() {
    const spot = document.getElementById("news");
    if (!spot) return;
    const every = spot.dataset.every * 1000;
    clearTimeout(asking);
    asking = setTimeout(askNews, every);
    if (document.hidden || performance.now() - askedAt < every / 2) return;
    askedAt = performance.now();
    try {
      const answer = await fetch(spot.dataset.url + encodeURIComponent(spot.dataset.edition), { redirect: "manual" });
      if (answer.status === 401 || answer.status === 403) clearTimeout(asking);
      if (answer.status === 200) tellNews(spot, await answer.text());
    } catch {
      // the server is away; the next time will do
    }
  }

  // It is said once, even if there are newer data again.
  function tellNews(spot, html) {
    const box = document.createElement("template");
    box.innerHTML = html;
    const news = box.content.firstElementChild;
    const { edition, offline, row } = news?.dataset || {};
    if (edition === undefined) return;
    if (edition) spot.dataset.edition = edition;
    if (offline !== undefined) retitle(document.title, offline && "(" + offline + ") ");
    if (spot.firstChild || document.getElementById(row)) return;
    spot.append(news);
    showTimes(spot);
  }

  function tickAge() {
    const asOf = document.querySelector(".asof");
    const at = asOf && new Date(asOf.querySelector("time")?.dateTime);
    if (!asOf || isNaN(at)) return;
    const seconds = (Date.now() - at) / 1000;
    const age = asOf.querySelector(".age");
    const limit = Number(asOf.dataset.staleAfter);
    const was = asOf.classList.contains("stale");
    const stale = was || (limit && seconds > limit);
    const text = ageText(seconds, stale);
    if (age && text) age.textContent = stale ? text : "(" + text + ")";
    if (was || !stale) return;
    asOf.classList.add("stale");
    retitle(document.title, ""); // nobody knows which are offline now
    const why = document.createElement("span");
    why.className = "stale-why";
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = say("Load the page again");
    const [before, , after] = say("Data are [{length}] old.").split(/[[\]]/);
    age.replaceWith(why);
    why.append(before, age, after, " ", link);
  }

  // --- saying things once ---------------------------------------------------------------------

  function announce(text) {
    const live = document.getElementById("announcer");
    if (!live || !text) return;
    live.textContent = "";
    setTimeout(() => (live.textContent = text), 50);
  }

  // Reports and imports seen in a state that was not final. When one of them shows up final, it
  // is announced, once; progress never is.
  const waiting = new Map();

  function watchJobs() {
    for (const job of document.querySelectorAll("[data-job]")) {
      const key = job.dataset.job + " " + (job.dataset.id || job.dataset.name);
      if (!("final" in job.dataset)) {
        waiting.set(key, true);
      } else if (waiting.delete(key)) {
        announce(job.dataset.job + " " + job.dataset.name + ": " + (job.dataset.said || job.dataset.state));
        if (job.dataset.title) document.title = (job.dataset.state === "Complete" ? "✓ " : "✗ ") + document.title;
      }
    }
    mirrorGenerated();
  }

  // The overview's button stands far above the table, so the new report's badge is copied below
  // the button.
  let generated = "";

  function mirrorGenerated() {
    const spot = document.querySelector("[data-generated]");
    const row = generated && document.getElementById(generated);
    if (!spot || !row) return;
    const link = row.querySelector("th a");
    const badge = row.querySelector(".badge");
    if (!link || !badge) return;
    const shown = spot.querySelector("a");
    if (shown && shown.href === link.href) {
      spot.querySelector(".badge").replaceWith(badge.cloneNode(true)); // the link may have the focus
      return;
    }
    const copy = link.cloneNode(true);
    copy.removeAttribute("id");
    spot.replaceChildren(copy, badge.cloneNode(true));
  }

  // --- polling --------------------------------------------------------------------------------

  const isPoll = (elt) => elt && elt.dataset && "poll" in elt.dataset;
  let pressed = null; // a click that has begun inside a row must end in the same row

  document.addEventListener("pointerdown", (e) => (pressed = e.target.closest("[data-poll]")));
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => (pressed = null)));
  }

  function lost(elt) {
    elt.lostTicks = (elt.lostTicks || 0) + 1;
    elt.skipTicks = Math.min(elt.lostTicks, 5) - 1; // ask less and less often, every 5 s at last
    elt.classList.add("is-lost");
    for (const word of elt.querySelectorAll(".lost")) word.hidden = false;
  }

  document.addEventListener("htmx:beforeRequest", (e) => {
    const elt = e.detail.elt;
    if (isPoll(elt)) {
      if (document.hidden || elt.gone) e.preventDefault();
      else if (elt.skipTicks > 0) {
        elt.skipTicks--;
        e.preventDefault();
      }
      return;
    }
    if (e.detail.requestConfig.verb === "get") e.detail.target.ariaBusy = "true";
    elt.hadFocus = elt.contains(document.activeElement); // a button that is disabled loses it
    if (elt.matches("form[data-once]") && elt.answeredAt && performance.now() - elt.answeredAt < 700) {
      e.preventDefault(); // the tail of a double click
    }
  });

  // A field that was left empty narrows nothing, and has no place in the address.
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.verb !== "get") return;
    const fields = e.detail.formData;
    for (const [name, value] of [...fields]) if (value === "") fields.delete(name);
  });

  document.addEventListener("htmx:beforeSwap", (e) => {
    const { xhr } = e.detail;
    const { elt } = e.detail.requestConfig; // the event is of what will be replaced
    if (isPoll(elt)) {
      if (xhr.status >= 400) e.detail.shouldSwap = false;
      if (xhr.status === 404 || xhr.status === 410) elt.gone = true;
      if (pressed === elt) e.detail.shouldSwap = false; // the next tick will do
      return;
    }
    if (xhr.status < 400) document.getElementById("notice")?.replaceChildren();
  });

  for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(failure, (e) => {
      const { elt } = e.detail;
      if (isPoll(elt)) lost(elt);
      else if (failure !== "htmx:responseError") notice(say("The server cannot be reached"), whatToDo(e.detail));
    });
  }

  // What was sent may have arrived although no answer came back.
  function whatToDo({ elt, requestConfig }) {
    if (requestConfig?.verb === "get") return say("Check your connection and try again.");
    if (elt.closest("#generate")) return say("Your report may not have started. Check the list before you try again.");
    return say("Your change may not have been saved. Check it before you try again.");
  }

  function notice(title, text) {
    const spot = document.getElementById("notice");
    if (!spot) return;
    const box = document.createElement("div");
    box.className = "callout notice";
    const strong = document.createElement("strong");
    strong.textContent = title + ". ";
    const p = document.createElement("p");
    p.append(strong, text);
    box.append(p);
    spot.replaceChildren(box);
  }

  // Lists whose new content is worth a word to those who cannot see it.
  const lists = new Set(["stores", "report-rows", "groups", "history"]);

  document.addEventListener("htmx:afterSettle", (e) => {
    const elt = e.detail.elt;
    showTimes(elt.parentNode || document);
    if (elt.id === "generate") elt.querySelector("[aria-invalid]")?.focus();
    if (lists.has(elt.id)) announce(elt.querySelector(".pager-text, .empty-title")?.textContent.trim());
    const title = document.querySelector("main [data-title]");
    if (title && title.dataset.title) retitle(title.dataset.title + " · Lights On");
    watchJobs();
    oneTabStop();
  });

  // --- one press, one report ----------------------------------------------------------------------

  function renewKey(form) {
    const key = form.querySelector("[data-key]");
    if (!key) return;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    key.value = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  document.addEventListener("htmx:afterRequest", (e) => {
    const form = e.detail.elt;
    e.detail.target.ariaBusy = null;
    if (!form.matches || !form.matches("form[data-once]")) return;
    if (form.hadFocus && document.activeElement === document.body) form.querySelector("button").focus({ preventScroll: true });
    if (!e.detail.successful) return;
    form.answeredAt = performance.now();
    renewKey(form);
    const row = document.querySelector("#reports tbody tr[data-job]");
    if (row) {
      generated = row.id;
      announce(say("Report {name} asked for", { name: row.dataset.name }));
      mirrorGenerated();
    }
  });

  document.addEventListener("submit", (e) => {
    const form = e.target;
    for (const finder of form.querySelectorAll("[data-add-to]")) if (finder.querySelector("input").value) addLine(finder);
    if (!form.matches("form[data-once]") || form.hasAttribute("hx-post")) return;
    if (form.classList.contains("busy")) e.preventDefault();
    form.classList.add("busy");
  });

  // Somebody's page may come back after they have signed out: it is hidden until the server says
  // whose it is now.
  function askAgain() {
    root.hidden = true;
    location.reload();
  }

  const isSomebodys = () => document.querySelector(".who");

  addEventListener("pagehide", () => (root.hidden = isSomebodys()));

  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    if (isSomebodys()) return askAgain();
    // back from the browser's memory: ready to be pressed again
    for (const form of document.querySelectorAll("form[data-once]")) {
      form.classList.remove("busy");
      renewKey(form);
    }
  });

  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-print]")) print();
    if (e.target.closest("[data-reload]")) {
      e.preventDefault();
      location.reload(); // at the same place, as a link to the same address would not
    }
    const button = e.target.closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
    const add = e.target.closest("[data-add-to] button");
    if (add) addLine(add.parentNode);
  });

  // A link to the page, or what stands in another element.
  async function copy(button) {
    const from = document.getElementById(button.dataset.copyFrom);
    const text = from ? from.value || from.innerText : new URL(button.dataset.copy, location.href).href;
    const word = button.querySelector("span");
    button.word ??= word.textContent;
    try {
      await navigator.clipboard.writeText(text); // absent where the page came by plain HTTP
      word.textContent = say("Copied");
      announce(say(from ? "Copied" : "Link copied"));
    } catch {
      if (!from) window.prompt(say("The link to this report"), text);
      else getSelection().selectAllChildren(from);
      from?.select?.();
    }
    setTimeout(() => (word.textContent = button.word), 2000);
  }

  // --- forms about people --------------------------------------------------------------------------

  // What was found goes into the list that is sent.
  function addLine(finder) {
    const field = finder.querySelector("input");
    const list = document.getElementById(finder.dataset.addTo);
    const name = field.value.trim();
    const lines = list.value.split("\n").filter((line) => line.trim());
    if (name && !lines.includes(name)) lines.push(name);
    if (name) announce(name + " added");
    list.value = lines.join("\n");
    field.value = "";
    field.focus();
  }

  document.addEventListener("keydown", (e) => {
    const finder = e.key === "Enter" && e.target.closest("[data-add-to]");
    if (!finder) return;
    e.preventDefault();
    addLine(finder);
  });

  document.addEventListener("change", (e) => {
    const field = document.getElementById(e.target.dataset.reveal);
    if (field) field.type = e.target.checked ? "text" : "password";
  });

  // --- suggestions --------------------------------------------------------------------------------

  // A field asks for its suggestions once nobody has typed for a moment.
  let typing;

  function suggest(e) {
    const list = e.target.list;
    if (!list?.dataset.suggest) return;
    clearTimeout(typing);
    typing = setTimeout(async () => {
      const text = e.target.value;
      const answer = await fetch(list.dataset.suggest + "?group=" + encodeURIComponent(text));
      if (answer.ok && text === e.target.value) list.innerHTML = await answer.text();
    }, 200);
  }
  for (const kind of ["input", "focusin"]) document.addEventListener(kind, suggest);

  // --- days that are read out -----------------------------------------------------------------------

  // A key that walks along a strip. With Alt or the like it is the browser's.
  const keyOf = (e) => (e.altKey || e.ctrlKey || e.metaKey ? "" : e.key);

  // Ninety days: the line below says what the pointer, the finger or the focus is on.
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (e) => {
      const day = e.target.closest?.(".ninety [title]");
      if (day) day.closest("section").querySelector(".readout").textContent = day.title;
    });
  }

  // The newest day comes first in the document and is at the right. In a heat map the arrows pass
  // over hours that lead nowhere.
  document.addEventListener("keydown", (e) => {
    const at = e.target.closest?.(".ninety li, .heat td");
    const all = at?.parentNode;
    const key = keyOf(e);
    let to = at && { ArrowLeft: at.nextElementSibling, ArrowRight: at.previousElementSibling, Home: all.lastElementChild, End: all.firstElementChild }[key];
    if (at?.cellIndex) {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
      const next = (cell) => cell.closest("tbody").rows[cell.parentNode.sectionRowIndex + step[1]]?.cells[cell.cellIndex + step[0]];
      for (to = step && next(at); to && !to.querySelector("a"); ) to = next(to);
    }
    if (!to) return;
    e.preventDefault();
    e.target.tabIndex = -1;
    to.firstElementChild.tabIndex = 0;
    to.firstElementChild.focus();
  });

  // Without this script every hour can be tabbed to.
  function oneTabStop() {
    for (const map of document.querySelectorAll(".heat:not(:has([tabindex]))")) map.querySelectorAll("a").forEach((a, n) => (a.tabIndex = n ? -1 : 0));
  }

  // One day: the stretches of its strip and the rows of the table below it come in the same order.
  const stretches = (day) => [...day.querySelectorAll(".strip rect:not(.s-excused)")];

  function readOut(day, n, aloud) {
    const row = day.querySelectorAll("tbody tr")[n];
    if (!row) return;
    document.querySelector("rect.at")?.classList.remove("at");
    stretches(day)[(day.at = n)].classList.add("at");
    const [name, from, to] = [day.querySelector(".day-name"), row.cells[1], row.cells[2]].map((e) => e.textContent.trim());
    const text = name + " · " + from + "–" + to + " · " + row.dataset.say;
    day.parentNode.querySelector(".readout").textContent = text;
    if (aloud) announce(text);
  }

  const pointAt = (e) => {
    if (!e.target.closest?.(".timeline")) return;
    const rect = document.elementFromPoint(e.clientX, e.clientY); // a finger's events stay with what it touched first
    if (!rect?.matches(".day .strip rect")) return;
    const day = rect.closest(".day");
    readOut(day, stretches(day).indexOf(rect));
    if (e.type === "click" && e.pointerType === "touch") e.preventDefault(); // it was read, not opened
  };
  for (const event of ["pointermove", "click"]) document.addEventListener(event, pointAt);

  document.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[keyOf(e)];
    if (!step || !e.target.matches(".day > summary")) return;
    e.preventDefault();
    const day = e.target.parentNode;
    readOut(day, (day.at ?? -1) + step, true);
  });

  // --- uploads ------------------------------------------------------------------------------------

  const size = (n) => {
    for (const unit of ["B", "kB", "MB"]) {
      if (n < 1000) return (n < 10 && unit !== "B" ? decimal(n.toFixed(1)) : Math.round(n)) + " " + unit;
      n /= 1000;
    }
    return decimal(n.toFixed(1)) + " GB";
  };

  function setUpUpload(form) {
    const input = form.querySelector("input[type=file]");
    const drop = form.querySelector(".drop");
    const chosen = form.querySelector(".chosen");
    const bar = form.querySelector(".uploading");
    const max = Number(form.dataset.max);

    const list = () => {
      let total = 0;
      const items = Array.from(input.files, (file) => {
        total += file.size;
        const item = document.createElement("li");
        const weight = document.createElement("small");
        weight.textContent = size(file.size);
        item.append(file.name, " ", weight);
        return item;
      });
      chosen.replaceChildren(...items);
      input.setCustomValidity(max > 0 && total > max ? say("Together these are {size}; at most {most} can be sent at once.", { size: size(total), most: size(max) }) : "");
    };
    input.addEventListener("change", list);

    for (const over of ["dragenter", "dragover"]) {
      drop.addEventListener(over, (e) => {
        e.preventDefault();
        drop.classList.add("over");
      });
    }
    for (const out of ["dragleave", "drop"]) {
      drop.addEventListener(out, () => drop.classList.remove("over"));
    }
    drop.addEventListener("drop", (e) => {
      e.preventDefault();
      if (!e.dataTransfer.files.length) return;
      input.files = e.dataTransfer.files;
      list();
    });

    form.addEventListener("submit", (e) => {
      e.preventDefault();
      if (form.classList.contains("busy")) return;
      const data = new FormData(form);
      if (e.submitter && e.submitter.name) data.append(e.submitter.name, e.submitter.value);
      send(form, data, bar);
    });
  }

  function send(form, data, bar) {
    const progress = bar.querySelector("progress");
    const note = bar.querySelector(".state-note");
    const rest = (title, text) => {
      form.classList.remove("busy");
      bar.hidden = true;
      if (title) notice(title, text);
    };
    form.classList.add("busy");
    bar.hidden = false;
    progress.value = 0;

    const xhr = new XMLHttpRequest();
    xhr.open("POST", form.action);
    xhr.setRequestHeader("Accept", "text/html");
    xhr.upload.addEventListener("progress", (e) => {
      if (!e.lengthComputable) return;
      progress.max = e.total;
      progress.value = e.loaded;
      note.textContent = e.loaded < e.total ? say("{sent} of {all}", { sent: size(e.loaded), all: size(e.total) }) : say("Reading the files…");
    });
    xhr.addEventListener("error", () =>
      rest(say("The upload broke off"), say("The connection was lost, or the files are larger than the server takes. Nothing was imported."))
    );
    xhr.addEventListener("load", () => {
      if (xhr.status < 400) {
        location.assign(xhr.responseURL || form.action);
        return;
      }
      const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
      const again = answer.getElementById(form.id);
      const words = answer.querySelector("main h1");
      if (again) {
        form.replaceWith(again);
        setUpUpload(again);
        again.querySelector(".problem")?.scrollIntoView({ block: "nearest" });
      } else {
        rest(words ? words.textContent : say("The upload was refused"), answer.querySelector("main .lead")?.textContent || "");
      }
    });
    xhr.send(data);
  }

  // --- once the page is there -----------------------------------------------------------------------

  document.addEventListener("DOMContentLoaded", () => {
    const came = performance.getEntriesByType("navigation")[0];
    if (isSomebodys() && came?.type === "back_forward" && !came.transferSize) askAgain(); // it was kept
    for (const group of document.querySelectorAll("[data-choice]")) {
      const name = group.dataset.choice;
      const value = recall(name);
      for (const radio of group.querySelectorAll("input")) {
        if (radio.value === value) radio.checked = true;
        radio.addEventListener("change", () => {
          remember(name, radio.value);
          apply[name](radio.value);
        });
      }
    }
    apply.clock(recall("clock"));
    tickAge();
    setInterval(tickAge, 15000);
    document.addEventListener("visibilitychange", tickAge);
    document.addEventListener("visibilitychange", askNews);
    askedAt = performance.now();
    askNews();
    watchJobs();
    oneTabStop();
    for (const form of document.querySelectorAll("form[data-upload]")) setUpUpload(form);
  });
})();
