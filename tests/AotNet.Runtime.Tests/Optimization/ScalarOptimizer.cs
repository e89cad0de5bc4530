namespace AotNet.Runtime.Tests.Optimization;

/// <summary>The update rules element by element in double precision, written from the papers' formulas.</summary>
sealed class ScalarOptimizer(Optimizer optimizer, float[] weights)
{
    public readonly double[] W = [.. weights.Select(value => (double)value)];
    public readonly double[] M = new double[weights.Length];
    public readonly double[] V = new double[weights.Length];

    public void Update(float[] gradients, double rate, int step, bool decay, double scale)
    {
        double omega = decay ? optimizer.WeightDecay : 0;
        double mu = optimizer.Momentum, rho = optimizer.SecondMomentum, epsilon = optimizer.Epsilon;
        for (int i = 0; i < W.Length; i++)
        {
            double old = W[i];
            double g = gradients[i] * scale;
            if (optimizer.ClipValue > 0)
                g = Math.Clamp(g, -optimizer.ClipValue, optimizer.ClipValue);
            if (optimizer.WeightDecayKind == WeightDecayKind.L2)
                g += omega * old;

            double change;
            switch (optimizer.Kind)
            {
                case OptimizerKind.Sgd:
                    double moment = mu * M[i] + g;
                    change = -rate * (optimizer.Nesterov ? g + mu * moment : moment);
                    M[i] = mu > 0 ? moment : 0;
                    break;
                case OptimizerKind.Sgd2:
                    M[i] = mu * M[i] - (1 - mu) * g - (optimizer.WeightDecayKind == WeightDecayKind.Momentum ? omega * old : 0);
                    change = rate * M[i] / (1 - Math.Pow(mu, step));
                    break;
                case OptimizerKind.Adam or OptimizerKind.AdamW:
                    double smoothing = optimizer.AuthorsForm ? mu : rho;
                    M[i] = mu * M[i] + (1 - mu) * g;
                    V[i] = smoothing * V[i] + (1 - smoothing) * g * g;
                    double first = 1 - Math.Pow(mu, step), second = 1 - Math.Pow(rho, step);
                    change = optimizer.AuthorsForm
                        ? -rate * Math.Sqrt(second) / first * M[i] / (Math.Sqrt(V[i]) + epsilon)
                        : -rate * (M[i] / first) / (Math.Sqrt(V[i] / second) + epsilon);
                    break;
                case OptimizerKind.RmsProp:
                    V[i] = rho * V[i] + (1 - rho) * g * g;
                    double part = g / (Math.Sqrt(V[i]) + epsilon);
                    if (optimizer.AuthorsForm)
                        part = Math.Clamp(part / (1 - Math.Pow(rho, step)), -1, 1);
                    if (mu > 0)
                        part = M[i] = mu * M[i] + part;
                    change = -rate * part;
                    break;
                default:
                    V[i] += g * g;
                    change = -rate * g / (Math.Sqrt(V[i]) + epsilon);
                    break;
            }
            if (optimizer.WeightDecayKind == WeightDecayKind.Decoupled)
                change -= (optimizer.AuthorsForm ? 1 : rate) * omega * old;
            W[i] = old + change;
        }
    }
}
