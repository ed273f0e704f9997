import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { Keys } from "@/components/ui/keys";
import { Tooltip } from "@/components/ui/tooltip";
import { shortcut } from "@/lib/platform";
import { UnseenDot } from "@/features/notices/components/unseen-dot";
import { pages } from "./navigation";
import { Mark } from "./mark";
import { PauseMenu } from "./pause-menu";

const entry =
  "flex h-8 w-full items-center gap-2.5 rounded-control px-2.5 text-small font-medium text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink max-wide:justify-center max-wide:px-0 [&>svg]:size-4.5 [&>svg]:shrink-0";

/** The way around. In a narrow window only its symbols are left; the words stay for those who hear them. */
export function Sidebar({ onSearch }: { onSearch: () => void }) {
  return (
    <aside className="flex w-14 shrink-0 flex-col border-r border-line bg-sidebar px-2 py-3 wide:w-54">
      <div className="mb-4 flex h-8 items-center gap-2.5 px-2.5 max-wide:justify-center max-wide:px-0">
        <Mark />
        <span className="text-body font-semibold tracking-[-0.01em] max-wide:sr-only">
          Tributary
        </span>
      </div>
      <Tooltip text="Search and commands" shortcut={shortcut("K")} side="right">
        <button
          type="button"
          onClick={onSearch}
          className={`${entry} mb-3 border border-line-strong bg-surface font-normal text-ink-3`}
        >
          <Search aria-hidden />
          <span className="flex-1 text-left max-wide:sr-only">Search</span>
          <span className="max-wide:hidden">
            <Keys keys={shortcut("K")} />
          </span>
        </button>
      </Tooltip>
      <nav aria-label="Main">
        <ul className="space-y-0.5">
          {pages.map(({ to, label, icon: Icon, key }) => (
            <li key={to}>
              <Tooltip text={label} shortcut={shortcut(key)} side="right">
                <Link
                  to={to}
                  className={`relative ${entry}`}
                  activeProps={{ className: "bg-accent-soft! text-accent-ink!" }}
                >
                  <Icon aria-hidden />
                  <span className="max-wide:sr-only">{label}</span>
                  {to === "/activity" && (
                    <UnseenDot className="ml-auto max-wide:absolute max-wide:top-1 max-wide:right-1.5" />
                  )}
                </Link>
              </Tooltip>
            </li>
          ))}
        </ul>
      </nav>
      <div className="mt-auto">
        <PauseMenu entry={entry} />
      </div>
    </aside>
  );
}
