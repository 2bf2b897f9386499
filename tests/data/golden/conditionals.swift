import Ports

/// A place to be, with cases that depend on the platform.
final class Keeper {
    /// Keeps watch.
    func watch(_ handler: () -> Place) {
        switch handler() {
        #if os(iOS)
        case Place.one:
            first()
        #else
        case Place.two:
            second()
        #endif
        default:
            third()
        }
    }

    /// Comes after it.
    func rest() {}
}
