namespace AotNet.Runtime;

/// <summary>Singular values of a weight matrix, by way of the eigenvalues of its smaller Gram matrix in double precision.</summary>
static unsafe class WeightSpectrum
{
    /// <summary>
    /// Singular values below this part of the largest count as zero. Its square, which is what the eigenvalues are held
    /// to, is far above their rounding errors.
    /// </summary>
    const double Threshold = 1e-3;

    /// <summary>
    /// Share of ‖R‖² that lies in left singular directions uᵢ of W whose singular value counts as zero, and with more
    /// outputs than inputs also in the directions that W does not reach.
    /// </summary>
    /// <param name="weight">Wᵀ as it is stored, inputs x outputs.</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="residual">R, rows x outputs.</param>
    /// <param name="rows">Rows.</param>
    /// <returns>0 to 1; not a number when R is zero or something is not finite.</returns>
    internal static double NullSpaceLoss(double[] weight, int inputs, int outputs, double[] residual, int rows)
    {
        double all = 0;
        foreach (double value in residual)
            all += value * value;
        double lost = outputs <= inputs
            ? Energy(DoubleMath.Transpose(weight, inputs, outputs), outputs, inputs, DoubleMath.Transpose(residual, rows, outputs), rows, ofZeros: true)
            : all - Energy(weight, inputs, outputs, DoubleMath.Products(weight, inputs, residual, rows, outputs), rows, ofZeros: false);
        return Math.Clamp(lost / all, 0, 1);
    }

    /// <summary>
    /// Energy of R along the uᵢ whose singular value counts as zero, or along the others. The eigenvectors of P Pᵀ are the
    /// uᵢ where P is W and B is R; where P is Wᵀ and B is Wᵀ R they are the vᵢ, and uᵢᵀ R = vᵢᵀ Wᵀ R / σᵢ.
    /// </summary>
    static double Energy(double[] p, int order, int length, double[] b, int rows, bool ofZeros)
    {
        double[] gram = new double[order * order], values = new double[order];
        fixed (double* pp = p, pg = gram, pv = values, pb = b)
        {
            DoubleMath.Gram(pp, order, length, pg);
            if (!SymmetricEigen.Solve(pg, order, pv, pb, rows))
                return double.NaN;
            double largest = 0, sum = 0;
            foreach (double value in values)
                largest = Math.Max(largest, value);
            for (int i = 0; i < order; i++)
            {
                bool isZero = values[i] <= Threshold * Threshold * largest;
                if (isZero == ofZeros)
                    sum += DoubleMath.Dot(pb + (nint)i * rows, pb + (nint)i * rows, rows) / (ofZeros ? 1 : values[i]);
            }
            return sum;
        }
    }
}
