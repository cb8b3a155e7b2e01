import COpenBLAS

/// How an operand of a product lies in memory.
package enum Operand: Sendable {
  case asIs
  case transposed

  fileprivate var cblas: CBLAS_TRANSPOSE { self == .asIs ? CblasNoTrans : CblasTrans }
}

/// C (m, n) = op(A) op(B), or C += op(A) op(B), row-major in float32; `lda`, `ldb`, `ldc` are row strides in memory.
///
/// The one door to matrix products: which kernel computes, and what the operands are rounded to on the way, changes
/// behind it. It computes on the calling thread only; parallel work is cut into blocks by the caller, whose shapes must
/// not depend on the number of threads or clips, because OpenBLAS's results change with the shape of a call.
package func gemm(
  _ precision: Precision, _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int,
  _ b: UnsafePointer<Float>, ldb: Int, adding: Bool = false, _ c: UnsafeMutablePointer<Float>, ldc: Int
) {
  let precision = precision.ofOtherProducts
  if precision.isSupported,
    TileProduct.multiply(precision, opA, opB, m: m, n: n, k: k, a, lda: lda, b, ldb: ldb, adding: adding, c, ldc: ldc)
  {
    return
  }
  OpenBLAS.multiply(opA, opB, m: m, n: n, k: k, a, lda: lda, b, ldb: ldb, adding: adding, c, ldc: ldc)
}

/// Products by OpenBLAS, for processors that no kernel of ours is written for.
package enum OpenBLAS {
  package static func multiply(
    _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
    adding: Bool, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, opA.cblas, opB.cblas, blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b, blasint(ldb), adding ? 1 : 0, c,
      blasint(ldc))
  }

  /// Set once, before the first product: the library brings its own threads (stated in svfap.h).
  package static let singleThreaded: Void = openblas_set_num_threads(1)

  /// Name of the processor family that OpenBLAS picked kernels for.
  package static var coreName: String { openblas_get_corename().map { String(cString: $0) } ?? "unknown" }
}
