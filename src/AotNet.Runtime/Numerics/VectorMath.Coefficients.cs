namespace AotNet.Runtime;

/// <summary>Coefficients: minimax polynomials by Remez exchange in extended precision, rounded to single.</summary>
public static partial class VectorMath
{
    // Adding 1.5 · 2²³ rounds to an integer and leaves that integer in the low bits.
    const float RoundingShift = 12582912f;
    const int RoundingShiftBits = 0x4B400000;
    const int ExponentBias = 127;
    const int MantissaBits = 23;

    const float Log2OfE = 1.44269504f;

    // ln 2 in two parts; the upper one has 15 bits, so that its product with an exponent is exact.
    const float Ln2Upper = 0.693145752f;
    const float Ln2Lower = 1.42860677e-6f;

    // exp(r) = 1 + r + r² (E0 + E1 r + ...) for |r| <= ln 2 / 2, relative error 2^-28.
    const float E0 = 0.49999994f;
    const float E1 = 0.166665211f;
    const float E2 = 0.0416683853f;
    const float E3 = 0.00836871937f;
    const float E4 = 0.00138147909f;

    // Above, the result overflows; below, it is less than half of the least denormal.
    const float ExpLargest = 89f;
    const float ExpSmallest = -104f;

    // log(1 + f) = f - f² / 2 + f³ (L0 + L1 f + ...) for |f| <= 1/3, relative error 2^-28.
    const float L0 = 0.333332181f;
    const float L1 = -0.249997988f;
    const float L2 = 0.200103685f;
    const float L3 = -0.166804627f;
    const float L4 = 0.140064046f;
    const float L5 = -0.121845804f;
    const float L6 = 0.139820844f;
    const float L7 = -0.128903732f;

    const int TwoThirdsBits = 0x3F2AAAAB;
    const float SmallestNormal = 1.17549435e-38f;
    const float TwoTo23 = 8388608f;

    // tanh is 1 in single precision from 9.02 on.
    const float TanhSaturation = 10f;
    const float TanhLargeExponential = 64f;

    // erf(x) = x + x (R0 + R1 x² + ...) for |x| <= 1, relative error 2^-29.
    const float R0 = 0.128379166f;
    const float R1 = -0.37612626f;
    const float R2 = 0.112835854f;
    const float R3 = -0.0268538129f;
    const float R4 = 0.00518832961f;
    const float R5 = -0.000801021059f;
    const float R6 = 7.85391821e-05f;

    // log(1 - erf(x)) = C0 + C1 x + ... for 1 <= x <= 4; error of erf 2^-29. Beyond 4, erf is 1 in single precision.
    const float C0 = -0.000341576349f;
    const float C1 = -1.12708902f;
    const float C2 = -0.638145208f;
    const float C3 = -0.103106424f;
    const float C4 = 0.0218379032f;
    const float C5 = -0.00294761732f;
    const float C6 = 0.000186374935f;
    const float ErfSaturation = 4f;

    // exp(y²/2) Φ(-y) = w (T0 + T1 u + ...) with w = 1 / (y + 3), u = 1 - 5.14 w, for 0 <= y <= 15, relative error 2^-25.
    // The factor w follows the fall as 1 / y, so that the polynomial stays between 0.4 and 1.5.
    const float TailShift = 3f;
    const float TailScale = 5.14f;
    const float T0 = 0.820954144f;
    const float T1 = -0.688774109f;
    const float T2 = 0.342935234f;
    const float T3 = -0.0611301884f;
    const float T4 = -0.0291756447f;
    const float T5 = 0.0117237149f;
    const float T6 = 0.005097277f;
    const float T7 = -0.0017830634f;
    const float T8 = -0.00136259815f;
    const float T9 = 0.000163033503f;
    const float T10 = 0.000307771901f;
    const float NormalDensityAtZero = 0.398942280f;

    // Beyond these, sigmoid and normal density times x are below the least denormal.
    const float SiluSaturation = 110f;
    const float GeluSaturation = 15f;
}
