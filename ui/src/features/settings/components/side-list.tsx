import { Link } from "@tanstack/react-router";
import { useEffect, useState, type RefObject } from "react";
import { places, type Place } from "@/features/settings/api/places";

interface SideListProps {
  /** What holds the sections. */
  page: RefObject<HTMLElement | null>;
  place: Place | null;
}

/** The sections of the page; the one in sight is marked. */
export function SideList({ page, place }: SideListProps) {
  const inSight = useSectionInSight(page, place);
  return (
    <nav aria-label="Sections of the settings" className="sticky top-6 w-40 shrink-0">
      <ul className="space-y-0.5">
        {places.map(({ place: one, label, icon: Icon }) => (
          <li key={one}>
            <Link
              to="/settings/$place"
              params={{ place: one }}
              // The way back leads to the page before, not through every section that was looked at.
              replace
              onClick={() => show(page.current, one)}
              data-current={inSight === one}
              {...(inSight === one && { "aria-current": "true" as const })}
              className="flex h-8 items-center gap-2.5 rounded-control px-2.5 text-small text-ink-2 transition-colors duration-100 hover:bg-hover hover:text-ink data-[current=true]:bg-hover data-[current=true]:font-medium data-[current=true]:text-ink [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-3"
            >
              <Icon aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Pressing the section one is at already goes there again. */
function show(page: HTMLElement | null, place: Place): void {
  page?.querySelector(`#settings-${place}`)?.scrollIntoView({ block: "start" });
}

/** The section that stands at the top of what is in sight. The last ones cannot get there: at the end it is what was asked for. */
function useSectionInSight(page: RefObject<HTMLElement | null>, asked: Place | null): Place {
  const [inSight, setInSight] = useState<Place>(asked ?? "general");
  useEffect(() => {
    const scroller = page.current?.closest("main");
    if (!scroller) return;
    const look = () => {
      const top = scroller.getBoundingClientRect().top;
      const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
      if (atEnd && scroller.scrollTop > 0) {
        setInSight((now) => lastAt(asked, now));
        return;
      }
      const above = places.filter(({ place }) => {
        const section = page.current?.querySelector(`#settings-${place}`);
        return section && section.getBoundingClientRect().top - top < 80;
      });
      setInSight(above.at(-1)?.place ?? "general");
    };
    look();
    scroller.addEventListener("scroll", look, { passive: true });
    return () => scroller.removeEventListener("scroll", look);
  }, [page, asked]);
  return inSight;
}

function lastAt(asked: Place | null, now: Place): Place {
  const order = (place: Place) => places.findIndex((one) => one.place === place);
  if (asked !== null && order(asked) >= order(now)) return asked;
  return places.at(-1)?.place ?? now;
}
