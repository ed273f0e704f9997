import { minutesAgo } from "./builders";
import { makeTable } from "./fake-data";
import type { FakeTransport } from "./fake-transport";

/** Tables for the window in a plain browser: `?scenario=no-data`, `data-loading`, `data-error`; otherwise some. */
export function playData(fake: FakeTransport, scenario: string): void {
  if (scenario === "data-loading") fake.hold("list_tables");
  if (scenario === "data-error") fake.fail("list_tables");
  const first = fake.state.integrations[0];
  if (scenario === "no-data" || !first) return;
  const brought_by = [{ id: first.id, name: first.name, connector: first.type }];
  fake.state.tables = [
    makeTable({ brought_by }, 200),
    makeTable({ stream: "Contact", table: "Contact", brought_by, updated_at: minutesAgo(90) }, 60),
    makeTable(
      {
        stream: "Opportunity",
        table: "Opportunity.jsonl",
        format: "jsonl",
        path: "/home/ada/exports/Opportunity.jsonl",
        rows: 12_400_000,
        rows_estimated: true,
        bytes: 3_400_000_000,
        brought_by,
      },
      200,
    ),
    makeTable({ stream: "Case", table: "Case", rows: 0, brought_by }, 0),
  ];
}
