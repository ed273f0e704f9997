// Sets the theme before anything is painted. Kept apart from the program because it must not wait for it.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("tributary.theme");
  } catch {
    // Storage may be refused; the system's theme is a good answer then.
  }
  var dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
