namespace AotNet.Runtime;

/// <summary>
/// Says of each run whether the whole team shares it or the caller does it alone. Another process that keeps a processor
/// busy makes every barrier wait for a worker that is not running, until a team may be slower than one of its workers.
/// Whether it is depends on team and load, so both are measured: the caller alone when barriers begin to wait, the team
/// again after a while. Results never depend on the choice.
/// </summary>
sealed class TeamChoice
{
    /// <summary>Runs whose barriers waited for long, more than smooth ones, that raise the suspicion.</summary>
    const int Suspicion = 4;

    /// <summary>Runs of a measurement, whose median counts: one run that the system interrupted says nothing.</summary>
    const int Trial = 5;

    /// <summary>Runs between measurements, at first and at most.</summary>
    internal const int LeastPause = 32, MostPause = 1024;

    /// <summary>
    /// Most of the time that single runs of the team may cost while the caller works alone. They show soon that the load is gone;
    /// the first ones follow each other sooner: often it was a moment's.
    /// </summary>
    internal const double ProbeCost = 0.01;

    /// <summary>How much faster the caller alone must be, for medians of a few runs are no more exact than this.</summary>
    const double Advantage = 0.98;

    /// <summary>How much faster one run of the team must be to be worth a measurement.</summary>
    const double Promise = 0.75;

    /// <summary>How much faster than the other way the chosen one must be for the answer to be clear.</summary>
    const double Clear = 1.25;

    /// <summary>How much slower than when it was chosen the team must be for a measurement at once: a load has come.</summary>
    const double Alarm = 1.25;

    bool alone;
    bool trying;
    bool probing;
    int probePause, untilProbe;
    int pause = LeastPause;
    int left;
    int waits;
    double chosenAt; // cost of the team when it was last measured
    readonly Costs team = new(), solo = new();

    /// <summary>Whether the caller should do the next run alone.</summary>
    internal bool Alone => alone != (trying || probing);

    /// <summary>
    /// Whether what prepares the next run should be left to the caller: while it works alone a run of the team is an experiment,
    /// which need not be made twice.
    /// </summary>
    internal bool PreparesAlone => alone || Alone;

    /// <summary>Takes note of a run made as <see cref="Alone"/> said.</summary>
    /// <param name="cost">Its time for a unit of work, in any unit.</param>
    /// <param name="waited">Whether its barriers waited for longer than those of balanced work do.</param>
    internal void Note(double cost, bool waited)
    {
        (Alone ? solo : team).Add(cost);
        if (probing)
        {
            probing = false;
            double extra = Math.Max(0, cost / solo.Median - 1);
            probePause = (int)Math.Clamp(extra / ProbeCost, 1, Math.Min(2 * probePause, MostPause));
            untilProbe = probePause;
            if (cost < Promise * solo.Median)
                Try();
            return;
        }
        if (!alone && !trying && left > 0 && team.Median > Alarm * chosenAt)
            left = 0;
        if (left > 0)
        {
            left--;
            probing = alone && !trying && --untilProbe == 0;
            return;
        }
        if (trying)
            Decide();
        else if (alone)
            Try();
        else
            Watch(waited);
    }

    void Watch(bool waited)
    {
        waits = Math.Max(0, waits + (waited ? 1 : -1));
        if (waits >= Suspicion)
            Try();
    }

    void Try()
    {
        trying = true;
        left = Trial - 1;
    }

    void Decide()
    {
        bool before = alone;
        chosenAt = team.Median;
        double single = solo.Median;
        alone = single < Advantage * chosenAt;
        bool clear = alone ? chosenAt > Clear * single : single > Clear * chosenAt;
        trying = false;
        waits = 0;
        if (alone != before)
            probePause = 2;
        untilProbe = probePause;
        // While the answer stays, it is asked for ever more rarely, at once where it is clear: every measurement is made the slower way.
        pause = alone != before ? LeastPause : clear ? MostPause : Math.Min(2 * pause, MostPause);
        left = pause;
    }

    /// <summary>Costs of the last runs of one way.</summary>
    sealed class Costs
    {
        readonly double[] last = new double[Trial];
        int known, next;

        /// <summary>Of the last <see cref="Trial"/> runs, or of as many as there were: the one that half of them do not exceed.</summary>
        internal double Median
        {
            get
            {
                ReadOnlySpan<double> costs = last.AsSpan(0, known);
                foreach (double cost in costs)
                {
                    int below = 0, equal = 0;
                    foreach (double other in costs)
                    {
                        below += other < cost ? 1 : 0;
                        equal += other == cost ? 1 : 0;
                    }
                    if (below <= known / 2 && known / 2 < below + equal)
                        return cost;
                }
                return 0;
            }
        }

        internal void Add(double cost)
        {
            last[next] = cost;
            next = (next + 1) % Trial;
            known = Math.Min(known + 1, Trial);
        }
    }
}
