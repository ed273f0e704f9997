//! Whether somebody shows icons.

/// Whether the desktop has a place for icons. Windows and macOS always have.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "on Linux somebody has to be asked")]
pub async fn is_there() -> bool {
    true
}

/// Whether the desktop has a place for icons: somebody on the session bus who shows them.
#[cfg(target_os = "linux")]
pub async fn is_there() -> bool {
    ask().await.unwrap_or(false)
}

#[cfg(target_os = "linux")]
async fn ask() -> zbus::Result<bool> {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let bus = zbus::Connection::session().await?;
    let properties =
        zbus::fdo::PropertiesProxy::builder(&bus).destination(WATCHER)?.path("/StatusNotifierWatcher")?.build().await?;
    let host = properties.get(WATCHER.try_into()?, "IsStatusNotifierHostRegistered").await?;
    Ok(bool::try_from(host).unwrap_or(false))
}
