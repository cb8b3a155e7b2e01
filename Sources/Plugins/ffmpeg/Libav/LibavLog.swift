import CFFmpeg
import Glibc
import PluginKit

/// Keeps what libav has to say off stderr while this plugin is calling it.
///
/// libav has one log callback for the whole process, and the program around this plugin may use libav too. So the callback set
/// here goes by thread: what comes from a thread that is inside this plugin is not printed, and its last error is
/// kept, to explain a failure; everything else goes to libav's own default callback, as before. libav cannot be asked
/// which callback stood there before; a program that has its own sets it again after loading the plugin, and then gets
/// this plugin's messages too.
enum LibavLog {
  /// What one thread is told by libav.
  private final class Collector {
    /// Calls of this plugin that the thread is inside of.
    var depth = 0
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: Collector.capacity)
    /// The first thing that a demuxer complained of while it was listened to.
    let complaint = UnsafeMutablePointer<CChar>.allocate(capacity: Collector.capacity)
    static let capacity = 256

    init() {
      text.pointee = 0
      complaint.pointee = 0
    }

    deinit {
      text.deallocate()
      complaint.deallocate()
    }

    func add(_ object: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>, _ arguments: CVaListPointer) {
      let isError = level <= AV_LOG_ERROR
      // Packets that a demuxer knows to be torn are told as warnings.
      guard isError || level <= AV_LOG_WARNING && strncmp(format, "Packet corrupt", 14) == 0 else { return }
      let target = isError ? text : complaint
      let isFirst = complaint.pointee == 0
      guard isError || isFirst else { return }
      vsnprintf(target, Collector.capacity, format, arguments)
      if isError, isFirst, Self.isDemuxer(object) { strcpy(complaint, text) }
    }

    private static func isDemuxer(_ object: UnsafeMutableRawPointer?) -> Bool {
      guard let name = object?.load(as: UnsafePointer<AVClass>?.self)?.pointee.class_name else { return false }
      return strcmp(name, "AVFormatContext") == 0
    }
  }

  /// The key of the collectors; made together with setting the callback, once.
  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { collector in
      if let collector { Unmanaged<Collector>.fromOpaque(collector).release() }
    }
    guard pthread_key_create(&key, release) == 0 else { return nil }
    av_log_set_callback { object, level, format, arguments in
      guard let arguments else { return }
      guard let collector = LibavLog.current, collector.depth > 0 else {
        av_log_default_callback(object, level, format, arguments)
        return
      }
      if let format { collector.add(object, level, format, arguments) }
    }
    return key
  }()

  /// The collector of this thread, if it has one.
  private static var current: Collector? {
    guard let key, let value = pthread_getspecific(key) else { return nil }
    return Unmanaged<Collector>.fromOpaque(value).takeUnretainedValue()
  }

  /// Runs calls into libav with their messages kept.
  static func collecting<Result>(_ body: () throws(PluginError) -> Result) throws(PluginError) -> Result {
    let collector = enter()
    defer { collector?.depth -= 1 }
    return try body()
  }

  /// Ends an object of libav: encoders sum up what they did when they go.
  static func ending(_ body: () -> Void) {
    let collector = enter()
    defer { collector?.depth -= 1 }
    body()
  }

  private static func enter() -> Collector? {
    guard let key else { return nil }
    let collector = current ?? Collector()
    if current == nil { pthread_setspecific(key, Unmanaged.passRetained(collector).toOpaque()) }
    if collector.depth == 0 { collector.text.pointee = 0 }
    collector.depth += 1
    return collector
  }

  /// The last error that libav told this thread since it entered the plugin, without its line end; empty if none.
  static var lastError: String {
    guard let text = current?.text else { return "" }
    return line(text)
  }

  /// Runs a call of a demuxer, and tells what it complained of meanwhile: data that it had to pass over.
  static func complaint<Result>(_ body: () -> Result) -> (result: Result, text: String?) {
    guard let collector = current, collector.depth > 0 else { return (body(), nil) }
    collector.complaint.pointee = 0
    let result = body()
    return (result, collector.complaint.pointee == 0 ? nil : line(collector.complaint))
  }

  private static func line(_ text: UnsafePointer<CChar>) -> String {
    let line = String(cString: text)
    return line.last?.isNewline == true ? String(line.dropLast()) : line
  }
}
