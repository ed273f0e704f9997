import type { ReactNode } from "react";

/** Drawings of our own: what a page of Salesforce looks like, as far as one has to find something on it. */
function Frame({ label, children }: { label: string; children: ReactNode }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 320 132"
      className="my-2 w-full max-w-sm rounded-control border border-line bg-canvas text-ink-3"
    >
      <rect x="0" y="0" width="320" height="18" className="fill-hover" />
      {[10, 20, 30].map((x) => (
        <circle key={x} cx={x} cy="9" r="3" className="fill-line-strong" />
      ))}
      {children}
    </svg>
  );
}

function Line({ x, y, width }: { x: number; y: number; width: number }) {
  return <rect x={x} y={y} width={width} height="6" rx="3" className="fill-line-strong" />;
}

function Words({ x, y, children }: { x: number; y: number; children: string }) {
  return (
    <text x={x} y={y} className="fill-ink text-[9px]">
      {children}
    </text>
  );
}

/** Setup, with the search field and the button for a new app. */
export function NewAppDrawing() {
  return (
    <Frame label="In Setup: the search field at the top left, the entry External Client App Manager below it, and the button New External Client App at the top right.">
      <rect x="10" y="28" width="88" height="14" rx="4" className="fill-surface stroke-accent" />
      <Words x={15} y={38}>
        External Client
      </Words>
      <Words x={12} y={58}>
        External Client App
      </Words>
      <Words x={12} y={69}>
        Manager
      </Words>
      <Line x={12} y={82} width={60} />
      <Line x={12} y={96} width={72} />
      <rect x="186" y="28" width="124" height="16" rx="4" className="fill-accent" />
      <text x="194" y="39" className="fill-on-accent text-[9px]">
        New External Client App
      </text>
      {[58, 74, 90, 106].map((y) => (
        <Line key={y} x={112} y={y} width={198} />
      ))}
    </Frame>
  );
}

/** The OAuth part of the app's page. */
export function OauthDrawing() {
  return (
    <Frame label="On the page of the new app: the tick Enable OAuth, the field Callback URL with three lines, and the two chosen scopes.">
      <rect x="14" y="28" width="10" height="10" rx="2" className="fill-accent" />
      <path d="M16 33l2.5 3L22 30" className="fill-none stroke-on-accent" strokeWidth="1.5" />
      <Words x={30} y={36}>
        Enable OAuth
      </Words>
      <Words x={14} y={54}>
        Callback URL
      </Words>
      <rect x="84" y="44" width="222" height="36" rx="4" className="fill-surface stroke-accent" />
      {["1717", "7171", "8717"].map((port, index) => (
        <Words
          key={port}
          x={90}
          y={55 + index * 11}
        >{`http://localhost:${port}/OauthRedirect`}</Words>
      ))}
      <Words x={14} y={98}>
        Scopes
      </Words>
      <rect x="84" y="88" width="34" height="14" rx="7" className="fill-hover stroke-line-strong" />
      <Words x={92} y={98}>
        api
      </Words>
      <rect
        x="124"
        y="88"
        width="78"
        height="14"
        rx="7"
        className="fill-hover stroke-line-strong"
      />
      <Words x={132} y={98}>
        refresh_token
      </Words>
      <rect x="14" y="112" width="10" height="10" rx="2" className="fill-accent" />
      <Words x={30} y={120}>
        Require PKCE
      </Words>
    </Frame>
  );
}

/** Where key and secret are. */
export function KeysDrawing() {
  return (
    <Frame label="On the tab Settings of the app: the button Consumer Key and Secret; behind it two values, each with a button Copy.">
      <Words x={14} y={36}>
        Settings
      </Words>
      <rect x="12" y="40" width="40" height="2" className="fill-accent" />
      <rect x="14" y="50" width="130" height="16" rx="4" className="fill-surface stroke-accent" />
      <Words x={22} y={61}>
        Consumer Key and Secret
      </Words>
      {["Consumer Key", "Consumer Secret"].map((name, index) => (
        <g key={name}>
          <Words x={14} y={86 + index * 22}>
            {name}
          </Words>
          <Line x={100} y={81 + index * 22} width={140} />
          <rect x="256" y={76 + index * 22} width="44" height="15" rx="4" className="fill-accent" />
          <text x="266" y={86.5 + index * 22} className="fill-on-accent text-[9px]">
            Copy
          </text>
        </g>
      ))}
    </Frame>
  );
}
