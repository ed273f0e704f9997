import { useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useTransport } from "@/ipc/context";
import { connectorsQuery } from "@/ipc/queries";
import { monogram, tintOf } from "@/lib/monogram";

/** Tints of tiles without a logo. Dark letters on a light ground and the other way round. */
const tints = [
  "bg-[oklch(0.93_0.04_20)] text-[oklch(0.42_0.12_20)] dark:bg-[oklch(0.33_0.05_20)] dark:text-[oklch(0.87_0.07_20)]",
  "bg-[oklch(0.93_0.05_70)] text-[oklch(0.42_0.09_65)] dark:bg-[oklch(0.33_0.05_70)] dark:text-[oklch(0.87_0.08_75)]",
  "bg-[oklch(0.93_0.05_130)] text-[oklch(0.4_0.09_135)] dark:bg-[oklch(0.33_0.05_130)] dark:text-[oklch(0.87_0.09_130)]",
  "bg-[oklch(0.93_0.04_180)] text-[oklch(0.4_0.07_190)] dark:bg-[oklch(0.33_0.04_190)] dark:text-[oklch(0.87_0.07_190)]",
  "bg-[oklch(0.93_0.035_235)] text-[oklch(0.41_0.1_240)] dark:bg-[oklch(0.33_0.05_240)] dark:text-[oklch(0.87_0.06_235)]",
  "bg-[oklch(0.93_0.035_280)] text-[oklch(0.42_0.13_280)] dark:bg-[oklch(0.33_0.06_280)] dark:text-[oklch(0.87_0.06_285)]",
  "bg-[oklch(0.93_0.035_325)] text-[oklch(0.42_0.13_325)] dark:bg-[oklch(0.33_0.06_325)] dark:text-[oklch(0.87_0.06_325)]",
] as const;

const sizes = {
  small: "size-6 rounded-md text-[0.6875rem]",
  medium: "size-8 rounded-control text-tiny",
  large: "size-11 rounded-card text-heading",
} as const;

interface ConnectorTileProps {
  type: string;
  size?: keyof typeof sizes;
}

/** The logo of a connector, or a monogram in a tint that belongs to its name. Its name always stands beside it. */
export function ConnectorTile({ type, size = "medium" }: ConnectorTileProps) {
  const connectors = useQuery(connectorsQuery(useTransport()));
  const connector = connectors.data?.find((one) => one.type === type);
  return <LogoTile label={connector?.label ?? type} logo={connector?.logo ?? null} size={size} />;
}

interface LogoTileProps {
  label: string;
  logo: string | null;
  size?: keyof typeof sizes;
}

/** The same where label and logo are at hand. */
export function LogoTile({ label, logo, size: name = "medium" }: LogoTileProps) {
  const size = sizes[name];
  if (logo !== null) {
    return (
      <span
        className={clsx(
          "flex shrink-0 items-center justify-center border border-line bg-white",
          size,
        )}
      >
        <img src={logo} alt="" className="size-[68%] object-contain" />
      </span>
    );
  }
  return (
    <span
      aria-hidden
      className={clsx(
        "flex shrink-0 items-center justify-center font-semibold",
        size,
        tints[tintOf(label, tints.length)],
      )}
    >
      {monogram(label)}
    </span>
  );
}

/** What people call a connector. */
export function useConnectorLabel(type: string): string {
  const connectors = useQuery(connectorsQuery(useTransport()));
  return connectors.data?.find((one) => one.type === type)?.label ?? type;
}
