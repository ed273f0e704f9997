import { clsx } from "clsx";
import ReactMarkdown, { type Components } from "react-markdown";
import { useTransport } from "@/ipc/context";

interface MarkdownProps {
  text: string;
  /** Smaller and quieter: the words under a field. */
  quiet?: boolean;
}

/** Markdown of others: no HTML, no pictures, links open in the browser and only to https. */
export function Markdown({ text, quiet = false }: MarkdownProps) {
  return (
    <div
      className={clsx(
        "selectable space-y-2 wrap-anywhere [&_code]:rounded [&_code]:bg-paused-soft [&_code]:px-1 [&_code]:text-tiny [&_h2]:pt-2 [&_h2]:font-semibold [&_h3]:pt-1 [&_h3]:font-medium [&_li]:ml-4.5 [&_ol]:list-decimal [&_ol]:space-y-1 [&_pre]:scroll-area [&_ul]:list-disc [&_ul]:space-y-1",
        quiet ? "text-small text-ink-3" : "text-small text-ink-2",
      )}
    >
      <ReactMarkdown disallowedElements={["img"]} unwrapDisallowed components={parts}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const parts: Components = {
  a: ({ href, children }) => <ExternalLink address={href}>{children}</ExternalLink>,
  // The page has its own headings: those of a text stand below them.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  // Long code scrolls, and what scrolls must be reachable with the keyboard.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
};

interface ExternalLinkProps {
  address: string | undefined;
  children?: React.ReactNode;
  className?: string;
}

/** A link that opens in the browser. An address that is not https is shown as text. */
export function ExternalLink({ address, children, className }: ExternalLinkProps) {
  const transport = useTransport();
  if (!address?.startsWith("https://")) return <span>{children}</span>;
  return (
    <a
      href={address}
      onClick={(event) => {
        event.preventDefault();
        void transport.invoke("open_link", { address });
      }}
      className={clsx("rounded-sm text-accent-ink underline underline-offset-2", className)}
    >
      {children}
    </a>
  );
}
