"""The parts of a desktop that the app talks to, as a program of their own on the session bus: who shows notifications, and
who shows icons in a panel. Everything that happens is a JSON object on standard output; what a person would do there comes
as JSON objects on standard input:

  {"do": "act", "notification": 1, "action": "fix"}      press a button of a notification
  {"do": "menu", "item": ITEM, "menu": PATH, "number": 7}   read the menu of an icon, and answer with the number
  {"do": "choose", "item": ITEM, "menu": PATH, "id": 12, "number": 8}   choose an entry of it

Takes an argument: `notifications`, `panel`, or both. It ends with its standard input.
"""

import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


def tell(**what):
    print(json.dumps(what), flush=True)


class Notifications(dbus.service.Object):
    def __init__(self, bus):
        super().__init__(dbus.service.BusName(NOTIFICATIONS, bus, do_not_queue=True), "/org/freedesktop/Notifications")
        self.last = 0

    @dbus.service.method(NOTIFICATIONS, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        self.last += 1
        pairs = dict(zip(map(str, actions[::2]), map(str, actions[1::2])))
        tell(event="notification", id=self.last, title=str(summary), body=str(body), actions=pairs)
        return dbus.UInt32(self.last)

    @dbus.service.method(NOTIFICATIONS, out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body"]

    @dbus.service.method(NOTIFICATIONS, out_signature="ssss")
    def GetServerInformation(self):
        return ("test", "test", "1", "1.2")

    @dbus.service.method(NOTIFICATIONS, in_signature="u")
    def CloseNotification(self, number):
        self.NotificationClosed(number, 3)

    @dbus.service.signal(NOTIFICATIONS, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    @dbus.service.signal(NOTIFICATIONS, signature="us")
    def ActionInvoked(self, number, action):
        pass

    def act(self, number, action):
        self.ActionInvoked(dbus.UInt32(number), action)
        self.NotificationClosed(dbus.UInt32(number), 2)


class Panel(dbus.service.Object):
    """Both who keeps the list of icons and who shows them."""

    def __init__(self, bus):
        super().__init__(dbus.service.BusName(WATCHER, bus, do_not_queue=True), "/StatusNotifierWatcher")
        self.bus = bus
        self.items = []

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        # Either the name of a service, or a path of the one that calls.
        name, path = (sender, str(service)) if service.startswith("/") else (str(service), "/StatusNotifierItem")
        self.items.append(name + path)
        for member in ("NewIcon", "NewStatus"):
            self.bus.add_signal_receiver(
                lambda *_: self.changed(name, path), member, ITEM, bus_name=name, path=path
            )
        self.StatusNotifierItemRegistered(name + path)
        self.changed(name, path)

    def changed(self, name, path):
        # Asked without waiting: who registers waits for the answer to that.
        self.bus.get_object(name, path, introspect=False).GetAll(
            ITEM,
            dbus_interface=dbus.PROPERTIES_IFACE,
            reply_handler=lambda found: tell(
                event="icon", item=name + path, menu=str(found.get("Menu", "")), icon=str(found.get("IconName", ""))
            ),
            error_handler=lambda error: tell(event="error", text=str(error)),
        )

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, service):
        pass

    @dbus.service.signal(WATCHER, signature="s")
    def StatusNotifierItemRegistered(self, service):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return self.GetAll(interface)[name]

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return {
            "IsStatusNotifierHostRegistered": True,
            "ProtocolVersion": dbus.Int32(0),
            "RegisteredStatusNotifierItems": dbus.Array(self.items, signature="s"),
        }

    def menu_of(self, item, menu):
        return dbus.Interface(self.bus.get_object(item.split("/")[0], menu, introspect=False), MENU)

    def read(self, item, menu, number):
        self.menu_of(item, menu).GetLayout(
            dbus.Int32(0),
            dbus.Int32(-1),
            dbus.Array([], signature="s"),
            reply_handler=lambda revision, layout: tell(event="answer", number=number, menu=entries(layout)),
            error_handler=lambda error: tell(event="answer", number=number, error=str(error)),
        )

    def choose(self, item, menu, entry, number):
        self.menu_of(item, menu).Event(
            dbus.Int32(entry),
            "clicked",
            dbus.String("", variant_level=1),
            dbus.UInt32(0),
            reply_handler=lambda: tell(event="answer", number=number),
            error_handler=lambda error: tell(event="answer", number=number, error=str(error)),
        )


def entries(layout):
    """A menu as plain lists and objects."""
    number, properties, children = layout
    return {
        "id": int(number),
        # A menu takes an underscore for the sign of a key.
        "text": str(properties.get("label", "")).replace("__", "\0").replace("_", "").replace("\0", "_"),
        "enabled": bool(properties.get("enabled", True)),
        "entries": [entries(child) for child in children],
    }


def main():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus, loop = dbus.SessionBus(), GLib.MainLoop()
    notifications = Notifications(bus) if "notifications" in sys.argv else None
    panel = Panel(bus) if "panel" in sys.argv else None

    def hear(source, _condition):
        line = source.readline()
        if not line:
            loop.quit()
            return False
        what = json.loads(line)
        if what["do"] == "act":
            notifications.act(what["notification"], what["action"])
        elif what["do"] == "menu":
            panel.read(what["item"], what["menu"], what["number"])
        elif what["do"] == "choose":
            panel.choose(what["item"], what["menu"], what["id"], what["number"])
        return True

    GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, hear)
    tell(event="ready")
    loop.run()


main()
