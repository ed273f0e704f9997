import { Page } from "@/components/page";
import { DataBrowser } from "./data-browser";

/** All data on this computer. */
export function DataPage() {
  return (
    <Page title="Data" fill>
      <DataBrowser integration={null} />
    </Page>
  );
}
