// A program as its readers would write it, with a client that openapi-typescript makes of the
// description. The tests run it against a server and compare what it says with what another
// program says, see goclient/main.go.
import createClient from "openapi-fetch";
import type { paths } from "./description.js";

const api = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
const say = (...words: unknown[]) => console.log(words.join(" "));

async function walkStores() {
	let stores = 0, up = 0, first = "";
	for (let cursor: string | null = ""; cursor !== null;) {
		const query: { limit: number; cursor?: string } = cursor ? { limit: 7, cursor } : { limit: 7 };
		const { data, error } = await api.GET("/api/v1/stores", { params: { query } });
		if (!data || typeof data === "string") throw new Error(JSON.stringify(error)); // NDJSON and CSV are texts
		for (const store of data.stores) {
			first ||= store.id;
			stores++;
			up += store.windows.last_week.up_us;
		}
		cursor = data.next_cursor;
	}
	say("stores", stores, "up", up);
	return first;
}

async function showStore(id: string) {
	const { data } = await api.GET("/api/v1/stores/{id}", { params: { path: { id } } });
	say("store", data?.id, data?.zone, data?.state, data?.windows.last_week.availability_text);
	const { error, response } = await api.GET("/api/v1/stores/{id}", { params: { path: { id: "no/such store" } } });
	say("unknown", response.status, error?.title);
}

async function makeReport() {
	const ask = () => api.POST("/api/v1/reports", { body: {}, params: { header: { "Idempotency-Key": "of the TypeScript client" } } });
	const asked = (await ask()).data, again = (await ask()).data;
	if (!asked) throw new Error("no report was made");
	say("the same report", asked.id === again?.id);
	const path = { id: asked.id };
	let state = asked.state;
	while (state === "queued" || state === "running") {
		await new Promise((wake) => setTimeout(wake, 100));
		state = (await api.GET("/api/v1/reports/{id}", { params: { path } })).data?.state ?? "failed";
	}
	const { data } = await api.GET("/api/v1/reports/{id}/rows", { params: { path, query: { limit: 1000 } } });
	say("report", state, "rows", data && typeof data === "object" ? data.rows.length : data);
}

async function correct(store: string) {
	const { data, error } = await api.POST("/api/v1/corrections", {
		body: { scope: "store", name: store, from: "2000-01-01T00:00:00Z", to: "2000-01-01T01:00:00Z", category: "power_or_network", note: "by a client" },
	});
	say("correction", data?.category ?? error?.title);
	if (data) {
		const withdrawn = await api.DELETE("/api/v1/corrections/{id}", { params: { path: { id: data.id } } });
		say("withdrawn", withdrawn.response.status);
	}
}

const store = await walkStores();
await showStore(store);
await makeReport();
await correct(store);
