using Quarterpoint.Core;

namespace Quarterpoint.Data.Import;

/// <summary>
/// Decides whether reading goes on after a row that could not be parsed. An error of the file as a whole, and a row that the reader reports
/// twice because it cannot get past it, end the reading under any policy.
/// </summary>
internal sealed class BadRowSkipper(BadRowPolicy policy)
{
    private long _last;

    public bool MaySkip(BadInputException e)
    {
        if (policy == BadRowPolicy.Fail || e.Row <= _last)
            return false;
        _last = e.Row;
        return true;
    }
}
