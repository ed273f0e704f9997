import { useId, useState, type ReactNode } from "react";
import { Input, Switch } from "@/components/ui/input";
import type { ApiError } from "@/ipc/generated/ApiError";
import { formatNumber } from "@/lib/format";

interface RowProps {
  title: string;
  detail?: ReactNode;
  children?: ReactNode;
  /** Why the choice cannot be. */
  error?: string | undefined;
  /** Ids of title, detail and error, for the control. */
  ids?: { title: string; detail: string; error: string };
}

/** One choice: what it is called, what it means, and the control. */
export function Row({ title, detail, children, error, ids }: RowProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3.5 last:border-b-0">
      <div className="min-w-48 flex-1">
        <p id={ids?.title} className="font-medium">
          {title}
        </p>
        {detail !== undefined && (
          <div id={ids?.detail} className="selectable text-small wrap-anywhere text-ink-2">
            {detail}
          </div>
        )}
      </div>
      {children !== undefined && <div className="flex items-center gap-2">{children}</div>}
      {error !== undefined && (
        <p id={ids?.error} role="alert" className="w-full text-small text-attention">
          {error}
        </p>
      )}
    </div>
  );
}

/** The ids that tie a control to its row. */
export function useRowIds() {
  const id = useId();
  return { title: `${id}title`, detail: `${id}detail`, error: `${id}error` };
}

/** A refusal as one text. */
export function refusalText(error: ApiError | undefined): string | undefined {
  return error && `${error.message} ${error.hint}`.trim();
}

interface SwitchRowProps {
  title: string;
  detail: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  error?: ApiError | undefined;
}

/** Yes or no. */
export function SwitchRow({ title, detail, checked, onChange, error }: SwitchRowProps) {
  const ids = useRowIds();
  return (
    <Row title={title} detail={detail} ids={ids} error={refusalText(error)}>
      <Switch
        aria-labelledby={ids.title}
        aria-describedby={ids.detail}
        checked={checked}
        onCheckedChange={onChange}
      />
    </Row>
  );
}

interface NumberRowProps {
  title: string;
  detail: string;
  /** What is counted, for instance "minutes". */
  unit: string;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
  error: ApiError | undefined;
}

/** A whole number within bounds. What lies outside is said at once and never saved. */
export function NumberRow(props: NumberRowProps) {
  const { title, detail, unit, value, least, most, onChange, error } = props;
  const ids = useRowIds();
  const [typed, setTyped] = useState(String(value));
  const [known, setKnown] = useState(value);
  const given = readWhole(typed);
  if (known !== value) {
    setKnown(value);
    // A choice that was refused stays as it was typed, beside the reason.
    if (error === undefined && given !== value) setTyped(String(value));
  }
  const outside = given === null || given < least || given > most;
  const wrong = outside
    ? `Enter a whole number from ${formatNumber(least)} to ${formatNumber(most)}.`
    : refusalText(error);
  return (
    <Row title={title} detail={detail} ids={ids} error={wrong}>
      <Input
        inputMode="numeric"
        aria-label={`${title}, in ${unit}`}
        aria-describedby={wrong === undefined ? ids.detail : ids.error}
        aria-invalid={wrong !== undefined}
        className="w-24! text-right tabular-nums"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          const next = readWhole(target.value);
          if (next !== null && next >= least && next <= most) onChange(next);
        }}
      />
      <span className="w-20 text-small text-ink-2">{unit}</span>
    </Row>
  );
}

function readWhole(text: string): number | null {
  const plain = text.replaceAll(/[\s,]/gu, "");
  return /^\d{1,9}$/u.test(plain) ? Number(plain) : null;
}
