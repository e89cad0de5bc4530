using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AotNet.Runtime;

/// <summary>
/// Orthonormal vectors drawn with equal likelihood in every direction: the Q of a Gaussian matrix, by Householder
/// reflections in double precision, with signs chosen so that the diagonal of R is positive.
/// </summary>
sealed unsafe class OrthonormalBasis : IDisposable
{
    readonly int count;
    readonly int length;
    readonly double[] scales; // 2 / v·v of each reflection
    readonly double[] signs;  // of R's diagonal
    double* reflections;      // count x length: the Gaussian vectors, then the reflections' v
    double* vectors;          // count x length

    internal OrthonormalBasis(int count, int length)
    {
        this.count = count;
        this.length = length;
        scales = new double[count];
        signs = new double[count];
        reflections = (double*)NativeMemory.AllocZeroed((nuint)count * (nuint)length, sizeof(double));
        vectors = (double*)NativeMemory.AllocZeroed((nuint)count * (nuint)length, sizeof(double));
    }

    /// <summary>Component <paramref name="i"/> of vector <paramref name="vector"/>.</summary>
    internal double this[int vector, int i] => vectors[(long)vector * length + i];

    public void Dispose()
    {
        NativeMemory.Free(reflections);
        NativeMemory.Free(vectors);
        reflections = vectors = null;
    }

    internal void Draw(CounterRandom random)
    {
        long size = (long)count * length;
        for (long i = 0; i < size; i += 2)
        {
            (reflections[i], double second) = random.NextGaussians();
            if (i + 1 < size)
                reflections[i + 1] = second;
        }
        Factor();
        Assemble();
    }

    /// <summary>Reflection j turns vector j into a multiple of the j-th unit vector and is applied to those after it.</summary>
    void Factor()
    {
        for (int j = 0; j < count; j++)
        {
            double* v = reflections + (long)j * length + j;
            int rest = length - j;
            double norm = Math.Sqrt(Dot(v, v, rest));
            signs[j] = v[0] >= 0 ? -1 : 1;
            v[0] -= signs[j] * norm; // away from zero: no cancellation
            double square = Dot(v, v, rest);
            scales[j] = square > 0 ? 2 / square : 0;
            for (int k = j + 1; k < count; k++)
                Reflect(j, reflections + (long)k * length);
        }
    }

    /// <summary>Column k of Q is the k-th unit vector, reflected by the last reflection first.</summary>
    void Assemble()
    {
        for (int k = 0; k < count; k++)
        {
            double* q = vectors + (long)k * length;
            q[k] = signs[k];
            for (int j = k; j >= 0; j--) // reflections after the k-th leave it as it is
                Reflect(j, q);
        }
    }

    void Reflect(int j, double* target)
    {
        double* v = reflections + (long)j * length + j;
        double* x = target + j;
        int rest = length - j;
        double factor = -scales[j] * Dot(v, x, rest);
        int i = 0;
        Vector256<double> factors = Vector256.Create(factor);
        for (; i <= rest - 4; i += 4)
        {
            Vector256<double> sum = Vector256.FusedMultiplyAdd(factors, *(Vector256<double>*)(v + i), *(Vector256<double>*)(x + i));
            *(Vector256<double>*)(x + i) = sum;
        }
        for (; i < rest; i++)
            x[i] = Math.FusedMultiplyAdd(factor, v[i], x[i]);
    }

    static double Dot(double* x, double* y, int n)
    {
        Vector256<double> even = Vector256<double>.Zero, odd = Vector256<double>.Zero;
        int i = 0;
        for (; i <= n - 8; i += 8)
        {
            even = Vector256.FusedMultiplyAdd(*(Vector256<double>*)(x + i), *(Vector256<double>*)(y + i), even);
            odd = Vector256.FusedMultiplyAdd(*(Vector256<double>*)(x + i + 4), *(Vector256<double>*)(y + i + 4), odd);
        }
        even += odd;
        double sum = even.GetElement(0) + even.GetElement(2) + (even.GetElement(1) + even.GetElement(3));
        for (; i < n; i++)
            sum = Math.FusedMultiplyAdd(x[i], y[i], sum);
        return sum;
    }
}
