import { Link } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { Choices } from "./choices";

interface WelcomePageProps {
  /** The sign of the app. */
  mark: ReactNode;
  /** How preparing the engine is going. */
  engine: ReactNode;
}

/** The first screen: what to begin with, while the engine is prepared in the background. */
export function WelcomePage({ mark, engine }: WelcomePageProps) {
  useEffect(() => {
    document.title = "Welcome – Tributary";
  }, []);
  return (
    <div className="relative isolate flex min-h-full flex-col overflow-hidden">
      <River />
      <div className="mx-auto flex w-full max-w-4xl flex-1 flex-col justify-center px-6 py-10">
        <header className="mb-8">
          {mark}
          <h1 className="mt-5 text-[1.75rem] leading-9 font-semibold tracking-[-0.02em] text-balance">
            Welcome to Tributary
          </h1>
          <p className="mt-2 max-w-xl text-heading text-balance text-ink-2">
            It brings the data of the tools you work with to this computer, and keeps it fresh. What
            would you like to begin with?
          </p>
        </header>
        <Choices />
        <p className="mt-5 text-small text-ink-2">
          No account, nothing to install. Your data and sign-ins stay on this computer.{" "}
          <Link
            to="/integrations"
            className="rounded-sm text-accent-ink underline decoration-accent/40 underline-offset-3 hover:decoration-accent"
          >
            Look around first
          </Link>
        </p>
      </div>
      <div className="mx-auto w-full max-w-4xl px-6 pb-6">{engine}</div>
    </div>
  );
}

/** Streams that join, behind everything and of no meaning. */
function River() {
  return (
    <svg
      aria-hidden
      viewBox="0 0 1200 800"
      preserveAspectRatio="xMaxYMin slice"
      className="absolute inset-0 -z-10 size-full fill-none stroke-accent max-wide:hidden"
    >
      <g strokeLinecap="round" opacity="0.09">
        <path strokeWidth="26" d="M760 -40C770 110 890 150 965 240S1110 400 1240 430" />
        <path strokeWidth="16" d="M1010 -40C1005 60 985 130 978 250" />
        <path strokeWidth="11" d="M600 -40C640 90 800 130 905 182" />
        <path strokeWidth="12" d="M1240 70C1180 160 1120 230 1082 352" />
      </g>
    </svg>
  );
}
