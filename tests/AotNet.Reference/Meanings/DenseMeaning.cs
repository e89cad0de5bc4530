namespace AotNet.Reference.Meanings;

/// <summary>
/// y = x W + b with x a row of inputs and W inputs x outputs. Gradients dW = Xᵀ R / N and db = mean R, residual R Wᵀ.
/// </summary>
sealed class DenseMeaning(bool bias) : OpMeaning
{
    internal override Matrix Forward(OpCall call)
    {
        Matrix product = call.X * call.Tensor("weight");
        return bias ? Matrix.Of(product.Rows, product.Columns, (r, c) => product[r, c] + call.Tensor("bias")[0, c]) : product;
    }

    internal override Matrix[] Backward(OpCall call, Matrix residual)
    {
        call.Gradients["weight"] = 1.0 / call.Rows * (call.X.Transpose() * residual);
        if (bias)
            call.Gradients["bias"] = residual.ColumnMeans();
        return [residual * call.Tensor("weight").Transpose()];
    }
}
