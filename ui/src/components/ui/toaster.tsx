import { Toaster as Sonner } from "sonner";

/** Where toasts appear. */
export function Toaster({ theme }: { theme: "light" | "dark" }) {
  return (
    <Sonner
      theme={theme}
      // The middle: buttons stand on both sides of the foot of a dialog.
      position="bottom-center"
      containerAriaLabel="Messages"
      // Above the bar of what is chosen.
      offset={{ bottom: "4.75rem" }}
      closeButton
      gap={8}
      toastOptions={{
        duration: 6_000,
        classNames: {
          toast: "!rounded-card !border-line !bg-raised !text-ink !font-sans !shadow-dialog",
          title: "!text-small !font-medium",
          description: "!text-small !text-ink-2",
          actionButton: "!rounded-md !bg-accent !text-on-accent !font-medium",
          closeButton: "!border-line !bg-raised !text-ink-2",
          error: "[&>[data-icon]]:!text-attention",
          success: "[&>[data-icon]]:!text-ok",
        },
      }}
    />
  );
}
