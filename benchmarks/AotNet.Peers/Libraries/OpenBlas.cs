using System.Runtime.InteropServices;
using AotNet.Peers.Harness;

namespace AotNet.Peers.Libraries;

/// <summary>
/// OpenBLAS, with the LAPACK routines that the distribution's package includes. Calls skip the garbage collector's
/// bookkeeping, so that short ones cost what they would in C.
/// </summary>
static unsafe partial class OpenBlas
{
    const string Library = "libopenblas.so.0";

    internal const int RowMajor = 101;
    internal const int NoTranspose = 111;
    internal const int Transpose = 112;
    internal const int Upper = 121;
    internal const int NonUnit = 131;
    internal const int Left = 141;

    /// <summary>Version and kernels that OpenBLAS chose for this processor.</summary>
    internal static string Version => Marshal.PtrToStringUTF8(Config())?.Trim() + ", kernels for " + Marshal.PtrToStringUTF8(CoreName());

    /// <summary>Loads the library and sets its threads.</summary>
    /// <exception cref="PeersException">It is not installed.</exception>
    internal static void Require(int threads)
    {
        try
        {
            SetThreads(threads);
        }
        catch (DllNotFoundException)
        {
            throw new PeersException($"{Library} does not load: install OpenBLAS, on Debian and Ubuntu with "
                + "'apt-get install libopenblas0-pthread'.");
        }
    }

    /// <summary>C = alpha op(A) op(B) + beta C, C being m x n.</summary>
    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    [SuppressGCTransition]
    internal static partial void Gemm(int order, int transA, int transB, int m, int n, int k, float alpha, float* a, int lda,
        float* b, int ldb, float beta, float* c, int ldc);

    /// <summary>y = alpha op(A) x + beta y, A being m x n.</summary>
    [LibraryImport(Library, EntryPoint = "cblas_sgemv")]
    [SuppressGCTransition]
    internal static partial void Gemv(int order, int trans, int m, int n, float alpha, float* a, int lda, float* x, int incX,
        float beta, float* y, int incY);

    /// <summary>A = alpha x yᵀ + A, A being m x n.</summary>
    [LibraryImport(Library, EntryPoint = "cblas_sger")]
    [SuppressGCTransition]
    internal static partial void Ger(int order, int m, int n, float alpha, float* x, int incX, float* y, int incY, float* a, int lda);

    /// <summary>One triangle of C = alpha A Aᵀ + beta C, or of Aᵀ A, C being n x n.</summary>
    [LibraryImport(Library, EntryPoint = "cblas_ssyrk")]
    [SuppressGCTransition]
    internal static partial void Syrk(int order, int triangle, int trans, int n, int k, float alpha, float* a, int lda, float beta,
        float* c, int ldc);

    /// <summary>B = alpha op(A)⁻¹ B, A triangular, B being m x n.</summary>
    [LibraryImport(Library, EntryPoint = "cblas_strsm")]
    [SuppressGCTransition]
    internal static partial void Trsm(int order, int side, int triangle, int trans, int diagonal, int m, int n, float alpha, float* a,
        int lda, float* b, int ldb);

    /// <summary>Cholesky factor in place; column-major, as Fortran has it.</summary>
    [LibraryImport(Library, EntryPoint = "spotrf_")]
    [SuppressGCTransition]
    internal static partial void Potrf(byte* triangle, int* n, float* a, int* lda, int* info);

    /// <summary>Solves with a Cholesky factor in place; column-major.</summary>
    [LibraryImport(Library, EntryPoint = "spotrs_")]
    [SuppressGCTransition]
    internal static partial void Potrs(byte* triangle, int* n, int* rightSides, float* a, int* lda, float* b, int* ldb, int* info);

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial nint Config();

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial nint CoreName();
}
