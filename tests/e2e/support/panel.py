"""A strip of a desktop's panel with the icon of an app and its menu, opened down to one entry, as the widgets of a real panel
draw them; the picture of it goes to a file.

    panel.py ITEM MENU light|dark ENTRY FILE

ITEM is the bus name and path of the icon, MENU the path of its menu, ENTRY the beginning of the text of the entry whose own
menu is open.
"""

import subprocess
import sys

import dbus
import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("DbusmenuGtk3", "0.4")
from gi.repository import DbusmenuGtk3, Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402

WIDTH, HEIGHT, PANEL = 720, 420, 30
COLOURS = {"light": ("#e7ebee", "#c3d3da"), "dark": ("#1c2226", "#30444c")}


def icon_of(item):
    name, path = item.split("/", 1)
    there = dbus.SessionBus().get_object(name, f"/{path}", introspect=False)
    return str(there.Get("org.kde.StatusNotifierItem", "IconName", dbus_interface=dbus.PROPERTIES_IFACE))


def text_of(entry):
    return (entry.get_label() or "").replace("_", "")


def desk(theme, icon):
    """The window with the panel and the icon, and where on it the icon stands."""
    Gtk.Settings.get_default().set_property("gtk-application-prefer-dark-theme", theme == "dark")
    style = Gtk.CssProvider()
    panel, behind = COLOURS[theme]
    style.load_from_data(f"window {{ background: {behind}; }} .panel {{ background: {panel}; }}".encode())
    Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), style, Gtk.STYLE_PROVIDER_PRIORITY_USER)
    window = Gtk.Window(type=Gtk.WindowType.POPUP)
    window.set_default_size(WIDTH, HEIGHT)
    strip = Gtk.Box()
    strip.get_style_context().add_class("panel")
    strip.set_size_request(-1, PANEL)
    picture = Gtk.Image.new_from_pixbuf(GdkPixbuf.Pixbuf.new_from_file_at_size(icon, 20, 20))
    picture.set_margin_start(16)
    strip.pack_start(picture, False, False, 0)
    column = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    column.pack_start(strip, False, False, 0)
    window.add(column)
    window.show_all()
    return window, picture


def main():
    item, path, theme, wanted, file = sys.argv[1:]
    window, picture = desk(theme, icon_of(item))
    menu = DbusmenuGtk3.Menu.new(item.split("/")[0], path)
    tries = iter(range(200))

    def opened():
        """Opens the menu once its entries are there, then the entry, and takes the picture when both are painted."""
        with_menus = [one for one in menu.get_children() if one.get_submenu() and one.get_submenu().get_children()]
        entry = next((one for one in with_menus if text_of(one).startswith(wanted)), None)
        if entry is None:
            return next(tries, None) is not None or sys.exit(f"the menu has no entry {wanted!r} with a menu of its own")
        menu.popup_at_widget(picture, Gdk.Gravity.SOUTH_WEST, Gdk.Gravity.NORTH_WEST, None)
        menu.select_item(entry)
        entry.get_submenu().connect("map", lambda _: GLib.timeout_add(500, taken))
        entry.activate()
        return False

    def taken():
        x, y = window.get_position()
        subprocess.run(["import", "-window", "root", "-crop", f"{WIDTH}x{HEIGHT}+{x}+{y}", "+repage", file], check=True)
        Gtk.main_quit()
        return False

    GLib.timeout_add(50, opened)
    GLib.timeout_add_seconds(20, lambda: sys.exit("the menu did not open within 20 s"))
    Gtk.main()


main()
