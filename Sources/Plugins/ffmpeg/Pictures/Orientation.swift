import CFFmpeg

/// How stored pictures are turned to be shown upright: one of the eight ways to lay a rectangle on its place.
struct Orientation: Equatable {
  /// Whether rows become columns. Before the mirroring.
  var isTransposed = false
  var mirrorsColumns = false
  var mirrorsRows = false

  static let upright = Orientation()

  private init(transposed: Bool = false, columns: Bool = false, rows: Bool = false) {
    isTransposed = transposed
    mirrorsColumns = columns
    mirrorsRows = rows
  }

  /// From a display matrix (ISO/IEC 14496-12, 8.3.2.3), as the ffmpeg command understands it. Angles between quarter turns
  /// are rounded to the nearest: the command would put the picture on a larger black one.
  init(matrix: UnsafePointer<Int32>) {
    let angle = -av_display_rotation_get(matrix)
    guard angle.isFinite else { self = .upright; return }
    let quarter = Int((angle / 90).rounded()) & 3
    switch quarter {
    case 1: self = matrix[3] > 0 ? Self(transposed: true) : Self(transposed: true, columns: true)
    case 2: self = Self(columns: matrix[0] < 0, rows: matrix[4] < 0)
    case 3: self = matrix[3] < 0 ? Self(transposed: true, columns: true, rows: true) : Self(transposed: true, rows: true)
    default: self = Self(rows: matrix[4] < 0)
    }
  }

  /// As the stream says.
  init(_ stream: UnsafeMutablePointer<AVStream>) {
    var size = 0
    guard let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36 else { self = .upright; return }
    self = data.withMemoryRebound(to: Int32.self, capacity: 9) { Self(matrix: $0) }
  }

  /// As the picture itself says; nil if it says nothing.
  init?(_ picture: Picture) {
    guard let data = av_frame_get_side_data(picture.pointer, AV_FRAME_DATA_DISPLAYMATRIX), data.pointee.size >= 36 else { return nil }
    self = data.pointee.data.withMemoryRebound(to: Int32.self, capacity: 9) { Self(matrix: $0) }
  }

  /// Degrees clockwise: 0, 90, 180 or 270; of a mirrored picture, those after mirroring left and right.
  var degrees: Int {
    switch (isTransposed, mirrorsColumns, mirrorsRows) {
    case (false, _, let rows): rows ? 180 : 0
    case (true, _, let rows): rows ? 270 : 90
    }
  }

  /// Whether left and right are exchanged, which no rotation does.
  var isMirrored: Bool { isTransposed != (mirrorsColumns != mirrorsRows) }

  /// Width and height after turning.
  func size(width: Int, height: Int) -> (width: Int, height: Int) { isTransposed ? (height, width) : (width, height) }
}
