import { Hammer } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import type { InstallPlan } from "@/ipc/generated/InstallPlan";
import type { PlannedPackage } from "@/ipc/generated/PlannedPackage";
import { plural } from "@/lib/format";

/** What installing a connector would put on this computer and run there, word for word. */
export function PlanView({ plan }: { plan: InstallPlan }) {
  const built = plan.packages.filter(({ builds }) => builds);
  return (
    <div className="space-y-4">
      <p className="text-ink-2">
        {plan.card.label} comes from the public catalogue. Tributary&rsquo;s makers have not tried
        it. Nothing is on this computer yet; if you go on, this is installed and run:
      </p>
      <dl className="divide-y divide-line rounded-control border border-line">
        <Fact name="Asked for">
          <Exact>{plan.asked}</Exact>
        </Fact>
        <Fact name="Made by">{plan.variant ?? "Not known"}</Fact>
        <Fact name="Program">
          <Exact>{plan.program}</Exact>
          <p className="mt-0.5 text-small text-ink-2">
            Runs at each sync, and sees the settings and sign-in you enter for this connector.
          </p>
        </Fact>
      </dl>
      {built.length > 0 && (
        <div className="flex gap-2.5 rounded-control bg-late-soft px-3 py-2.5">
          <Hammer className="mt-0.5 size-4 shrink-0 text-late" aria-hidden />
          <p className="min-w-0 text-small">
            <span className="font-medium">
              {built.length === 1
                ? "One package comes as source. "
                : `${built.length} packages come as source. `}
            </span>
            While installing, build code of its makers runs on this computer:{" "}
            <span className="wrap-anywhere">{built.map(({ name }) => name).join(", ")}</span>.
          </p>
        </div>
      )}
      <PackageTable packages={plan.packages} />
      <p className="text-small text-ink-2">
        It gets a place of its own inside Tributary&rsquo;s folder. The exact files are noted, and
        from then on only the same files are ever used.
      </p>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-0.5 px-3 py-2">
      <dt className="w-20 shrink-0 text-small text-ink-2">{name}</dt>
      <dd className="min-w-48 flex-1 wrap-anywhere">{children}</dd>
    </div>
  );
}

function Exact({ children }: { children: string }) {
  return <code className="font-mono text-small wrap-anywhere">{children}</code>;
}

function PackageTable({ packages }: { packages: readonly PlannedPackage[] }) {
  return (
    <div>
      <h3 className="mb-1.5 text-small font-semibold" id="planned-packages">
        {plural(packages.length, "package")}
      </h3>
      <div className="overflow-hidden rounded-control border border-line">
        <table aria-labelledby="planned-packages" className="w-full text-left text-small">
          <thead>
            <tr className="border-b border-line bg-canvas text-tiny text-ink-3">
              <th scope="col" className="px-3 py-1.5 font-medium">
                Package
              </th>
              <th scope="col" className="px-3 py-1.5 font-medium">
                Version
              </th>
              <th scope="col" className="px-3 py-1.5 font-medium">
                From
              </th>
            </tr>
          </thead>
          <tbody>
            {packages.map(({ name, version, from, builds }) => (
              <tr key={name} className="border-b border-line align-top last:border-b-0">
                <th scope="row" className="px-3 py-1.5 font-normal">
                  <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <span className="font-mono wrap-anywhere">{name}</span>
                    {builds && (
                      <Badge tone="late" icon={<Hammer aria-hidden />}>
                        Runs build code
                      </Badge>
                    )}
                  </span>
                </th>
                <td className="px-3 py-1.5 whitespace-nowrap text-ink-2 tabular-nums">
                  {version ?? "In the archive"}
                </td>
                <td className="px-3 py-1.5 wrap-anywhere text-ink-2">
                  {from ?? "Python package index"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
