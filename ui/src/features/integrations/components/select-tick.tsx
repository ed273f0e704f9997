import { Checkbox } from "@/components/ui/input";
import type { Selection } from "@/features/integrations/api/use-selection";
import type { Integration } from "@/ipc/generated/Integration";

interface SelectTickProps {
  integration: Integration;
  index: number;
  selected: boolean;
  onToggle: Selection["toggle"];
  onReach: (index: number) => void;
}

/** Chooses one integration; with Shift all from the last one that was pressed. */
export function SelectTick({ integration, index, selected, onToggle, onReach }: SelectTickProps) {
  return (
    <Checkbox
      data-tick={index}
      aria-label={`Choose ${integration.name}`}
      checked={selected}
      onFocus={() => onReach(index)}
      onChange={({ nativeEvent }) => {
        const range = "shiftKey" in nativeEvent && nativeEvent.shiftKey === true;
        onToggle(integration.id, range);
      }}
    />
  );
}
