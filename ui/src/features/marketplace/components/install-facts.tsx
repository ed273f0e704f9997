import type { ReactNode } from "react";
import { ExternalLink } from "@/components/external-link";
import { originOf, shortAddress } from "@/features/marketplace/api/words";
import type { ConnectorDetail } from "@/ipc/generated/ConnectorDetail";
import { formatBytes } from "@/lib/format";

/** What will be installed, from where, and who is behind it. */
export function InstallFacts({ detail }: { detail: ConnectorDetail }) {
  const { card, size, variant, license, repo, docs } = detail;
  return (
    <dl className="divide-y divide-line">
      <Fact name="Package">
        <code className="font-mono text-small">{card.plugin}</code>
      </Fact>
      <Fact name="From">{originOf(card)}</Fact>
      <Fact name="Size">
        {size === null ? "Not known before it is installed" : `${formatBytes(size)} on the disk`}
      </Fact>
      <Fact name="Made by">{variant ?? "Not known"}</Fact>
      <Fact name="Licence">{license ?? "Not stated"}</Fact>
      {repo !== null && (
        <Fact name="Source">
          <ExternalLink marked address={repo}>
            {shortAddress(repo)}
          </ExternalLink>
        </Fact>
      )}
      {docs !== null && docs !== repo && (
        <Fact name="Documents">
          <ExternalLink marked address={docs}>
            {shortAddress(docs)}
          </ExternalLink>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-3 gap-y-0.5 px-4 py-2.5">
      <dt className="w-22 shrink-0 text-small text-ink-2">{name}</dt>
      <dd className="min-w-40 flex-1 selectable text-small wrap-anywhere">{children}</dd>
    </div>
  );
}
