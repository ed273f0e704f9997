import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { clsx } from "clsx";
import { ArrowRight, LoaderCircle, Sparkles, Store } from "lucide-react";
import { useId, type ReactNode } from "react";
import { LogoTile } from "@/components/connector-tile";
import { useBeginSetup } from "@/components/use-begin-setup";
import { useExploreSample } from "@/components/use-explore-sample";
import { useTransport } from "@/ipc/context";
import { connectorsQuery } from "@/ipc/queries";

/** What one can begin with, as three cards. */
export function Choices() {
  const navigate = useNavigate();
  const begin = useBeginSetup();
  const explore = useExploreSample();
  const { data: connectors } = useQuery(connectorsQuery(useTransport()));
  const salesforce = connectors?.find(({ type }) => type === "salesforce");
  return (
    <ul aria-label="Ways to begin" className="grid gap-3 wide:grid-cols-3">
      <Choice
        prominent
        picture={<LogoTile label="Salesforce" logo={salesforce?.logo ?? null} size="large" />}
        title="Connect Salesforce"
        busy={begin.isPending}
        onChoose={() => begin.mutate({ kind: "extractor", type: "salesforce" })}
      >
        Sign in to your org and choose what to bring in. It takes a few minutes.
      </Choice>
      <Choice
        picture={<Symbol icon={<Sparkles aria-hidden />} />}
        title="Explore a sample Salesforce org"
        busy={explore.isPending}
        onChoose={() => explore.mutate()}
      >
        See how it works with a made-up company. It comes with the app.
      </Choice>
      <Choice
        picture={<Symbol icon={<Store aria-hidden />} />}
        title="Browse all connectors"
        onChoose={() => void navigate({ to: "/marketplace" })}
      >
        Files, databases, and hundreds of tools besides Salesforce.
      </Choice>
    </ul>
  );
}

function Symbol({ icon }: { icon: ReactNode }) {
  return (
    <span className="flex size-11 shrink-0 items-center justify-center rounded-card bg-accent-soft text-accent-ink [&>svg]:size-5">
      {icon}
    </span>
  );
}

interface ChoiceProps {
  picture: ReactNode;
  title: string;
  children: ReactNode;
  busy?: boolean;
  /** The one most people came for. */
  prominent?: boolean;
  onChoose: () => void;
}

function Choice({ picture, title, children, busy = false, prominent, onChoose }: ChoiceProps) {
  const about = useId();
  return (
    <li>
      <button
        type="button"
        aria-label={title}
        aria-describedby={about}
        aria-disabled={busy || undefined}
        onClick={busy ? undefined : onChoose}
        className={clsx(
          "group flex h-full w-full flex-col items-start gap-4 rounded-card border bg-surface p-5 text-left shadow-card transition-colors duration-150 max-wide:flex-row max-wide:items-center",
          prominent
            ? "border-accent hover:bg-accent-soft"
            : "border-line hover:border-line-strong hover:bg-hover",
        )}
      >
        {picture}
        <span className="flex-1">
          <span className="block text-heading font-semibold text-balance">{title}</span>
          <span id={about} className="mt-1 block text-ink-2">
            {children}
          </span>
        </span>
        <span aria-hidden className="text-accent-ink">
          {busy ? (
            <LoaderCircle className="size-4.5 animate-spin" />
          ) : (
            <ArrowRight className="size-4.5 transition-transform duration-150 group-hover:translate-x-0.5" />
          )}
        </span>
      </button>
    </li>
  );
}
