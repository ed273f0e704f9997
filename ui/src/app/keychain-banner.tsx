import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { Banner } from "@/components/banner";
import { keychainQuery } from "@/ipc/queries";

/** Says so while the keychain waits to be unlocked, and when there is none. */
export function KeychainBanner() {
  const { data: state } = useQuery(keychainQuery);
  if (state === "waiting") {
    return (
      <Banner urgent tone="late" icon={<KeyRound aria-hidden />} title="Waiting for your keychain">
        <p className="text-small text-ink-2">
          Your sign-ins are kept in this computer&rsquo;s keychain, and it is locked. Unlock it in
          the window that has opened; everything then goes on by itself.
        </p>
      </Banner>
    );
  }
  if (state === "missing") {
    return (
      <Banner
        urgent
        tone="attention"
        icon={<KeyRound aria-hidden />}
        title="This computer has no keychain"
      >
        <p className="text-small text-ink-2">
          Tributary keeps sign-ins only there, never in a plain file. On Linux, install GNOME
          Keyring or KDE Wallet, sign in to your desktop again, then open Tributary.
        </p>
      </Banner>
    );
  }
  return null;
}
