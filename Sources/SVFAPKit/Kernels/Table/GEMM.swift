import COpenBLAS

/// How an operand of a product lies in memory.
package enum Operand: Sendable {
  case asIs
  case transposed

  fileprivate var cblas: CBLAS_TRANSPOSE { self == .asIs ? CblasNoTrans : CblasTrans }
}

/// C (m, n) = alpha * op(A) op(B) + beta * C in float32, row-major; `lda`, `ldb`, `ldc` are row strides in memory.
///
/// The one door to matrix products: libraries and number types change behind it. OpenBLAS computes on the calling
/// thread only; parallel work is cut into blocks by the caller, whose shapes must not depend on the number of
/// threads or clips, because results change with the shape of a call.
@inline(__always)
package func gemm(
  _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, alpha: Float = 1, _ a: UnsafePointer<Float>, lda: Int,
  _ b: UnsafePointer<Float>, ldb: Int, beta: Float = 0, _ c: UnsafeMutablePointer<Float>, ldc: Int
) {
  _ = OpenBLAS.singleThreaded
  cblas_sgemm(
    CblasRowMajor, opA.cblas, opB.cblas, blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
}

/// Process-wide state of OpenBLAS.
package enum OpenBLAS {
  /// Set once, before the first product: the library brings its own threads (stated in svfap.h).
  package static let singleThreaded: Void = openblas_set_num_threads(1)

  /// Name of the processor family that OpenBLAS picked kernels for.
  package static var coreName: String { openblas_get_corename().map { String(cString: $0) } ?? "unknown" }
}
