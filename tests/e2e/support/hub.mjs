// A public catalogue on this computer, with a few connectors of our own invention. No test asks the real one.
import { once } from "node:events";
import { createServer } from "node:http";

const connectors = {
  "tap-lighthouse": ["Lighthouse", "Ships, lights and fog reports of a harbour.", ["analytics"]],
  "tap-orchard": ["Orchard", "Trees, harvests and prices of a fruit grower.", ["ecommerce"]],
  "tap-quill": ["Quill", "Letters, senders and replies of a post office.", ["communication"]],
  "tap-sundial": ["Sundial", "Hours and projects of everybody in a company.", ["productivity"]],
  "tap-tollgate": ["Tollgate", "Passages and fees of a road.", ["finance"]],
  "tap-weathervane": ["Weathervane", "Wind, rain and temperature by the hour.", ["api"]],
  "target-granary": ["Granary", "Tables in the store of a mill.", ["database"]],
};

/** Starts it, and leads the app of this computer to it. It ends with the test. */
export async function publicCatalogue(t, computer) {
  const server = createServer((request, response) => {
    const answer = answers(request.url, `http://${request.headers.host}`);
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => new Promise((closed) => (server.closeAllConnections(), server.close(closed))));
  computer.environment.TRIBUTARY_HUB_URL = `http://127.0.0.1:${server.address().port}`;
}

function answers(path, root) {
  const kind = /^\/plugins\/(extractors|loaders)\/index$/.exec(path)?.[1];
  if (kind) {
    const names = Object.keys(connectors).filter((name) => kindOf(name) === kind);
    const entry = (name) => ({ default_variant: "own", variants: { own: { ref: `${root}/definitions/${name}` } } });
    return Object.fromEntries(names.map((name) => [name, entry(name)]));
  }
  const name = path.replace("/definitions/", "");
  const [label, description, keywords] = connectors[name] ?? [];
  return (
    label && {
      ...{ name, label, description, keywords, plugin_type: kindOf(name), namespace: name.replace("-", "_"), variant: "own" },
      pip_url: `${name}==1.0`,
      capabilities: ["catalog", "discover", "state"],
      maintenance_status: "active",
      quality: "silver",
      settings: [
        { name: "api_key", label: "API key", kind: "password", sensitive: true },
        { name: "start_date", kind: "date_iso8601", label: "Start date" },
      ],
      settings_group_validation: [["api_key", "start_date"]],
    }
  );
}

const kindOf = (name) => (name.startsWith("tap-") ? "extractors" : "loaders");
