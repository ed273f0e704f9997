import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import { ExternalLink } from "./external-link";

/** Links open in the browser; pictures would be fetched from elsewhere, so only their words are left. */
const parts: Components = {
  a: ({ href = "", children }) => <ExternalLink address={href}>{children}</ExternalLink>,
  img: ({ alt = "" }) => <>{alt}</>,
  // The page has its own first and second heading.
  h1: ({ children }) => <Heading>{children}</Heading>,
  h2: ({ children }) => <Heading>{children}</Heading>,
  h3: ({ children }) => <h4 className="mt-4 mb-1 font-semibold first:mt-0">{children}</h4>,
  h4: ({ children }) => <h5 className="mt-3 mb-1 font-medium first:mt-0">{children}</h5>,
  p: ({ children }) => <p className="my-2 first:mt-0 last:mb-0">{children}</p>,
  ul: ({ children }) => (
    <ul className="my-2 list-disc space-y-1 pl-5 marker:text-ink-3">{children}</ul>
  ),
  ol: ({ children, start }) => (
    <ol start={start} className="my-2 list-decimal space-y-1.5 pl-5 marker:text-ink-3">
      {children}
    </ol>
  ),
  strong: ({ children }) => <strong className="font-semibold text-ink">{children}</strong>,
  blockquote: ({ children }) => (
    <blockquote className="my-3 border-l-2 border-line-strong pl-3">{children}</blockquote>
  ),
  code: ({ children }) => (
    <code className="rounded-sm bg-paused-soft px-1 py-0.5 font-mono text-[0.92em]">
      {children}
    </code>
  ),
  pre: ({ children }) => (
    <pre
      // What scrolls must be reachable with the keyboard.
      tabIndex={0}
      className="my-3 scroll-area rounded-control border border-line bg-canvas p-3 text-small [&_code]:bg-transparent [&_code]:p-0"
    >
      {children}
    </pre>
  ),
  hr: () => <hr className="my-4 border-line" />,
};

function Heading({ children }: { children: ReactNode }) {
  return <h3 className="mt-5 mb-1.5 font-semibold text-ink first:mt-0">{children}</h3>;
}

/** Words of a guide or a definition. HTML in them is left out, whoever wrote it. */
export function Markdown({ text, className = "" }: { text: string; className?: string }) {
  return (
    <div className={`selectable wrap-anywhere text-ink-2 ${className}`}>
      <ReactMarkdown skipHtml components={parts}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
