"""The formulas of a gate, elementwise, and their slopes.

They are those of Yamada et al. 2020 (arXiv:1810.04247).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

# centre and spread of the means at the start, as in Captum
INITIAL_MU = 0.5
INITIAL_MU_STD = 0.01


def active_probs(mu: Tensor, std: float) -> Tensor:
    r"""Return the probability that each gate is open, its expected L0 norm.

    .. math:: P(z_d > 0) = \Phi(\mu_d / \sigma)
        = \tfrac12 \bigl(1 + \operatorname{erf}(\mu_d / (\sigma \sqrt 2))\bigr)

    Parameters
    ----------
    mu : Tensor of any shape
        Means of the gates.
    std : float
        Standard deviation sigma of the noise, positive.

    Returns
    -------
    probs : Tensor of the shape of mu
        Probabilities, the terms of the paper's regularizer.

    Examples
    --------
    >>> import torch
    >>> from stg_select.gates import active_probs
    >>> active_probs(torch.tensor([-1.0, 0.0, 0.5]), std=0.5)
    tensor([0.0228, 0.5000, 0.8413])
    """
    return 0.5 * (1 + torch.erf(mu / std / math.sqrt(2)))


def active_probs_slope(mu: Tensor, std: float) -> Tensor:
    r"""Return the derivative of :func:`active_probs` with respect to the means.

    .. math:: \frac{d}{d\mu_d} \Phi(\mu_d / \sigma)
        = \frac{1}{\sigma \sqrt{2 \pi}} \exp(-\mu_d^2 / (2 \sigma^2))

    Parameters
    ----------
    mu : Tensor of any shape
        Means of the gates.
    std : float
        Standard deviation sigma of the noise, positive.

    Returns
    -------
    slope : Tensor of the shape of mu
    """
    return torch.exp(-0.5 * (mu / std).square()) / (std * math.sqrt(2 * math.pi))


def gate_values(mu: Tensor, clamp: bool = True) -> Tensor:
    r"""Return the gates without noise, :math:`\max(0, \min(1, \mu_d))`.

    Parameters
    ----------
    mu : Tensor of any shape
        Means of the gates.
    clamp : bool, default=True
        If False, return the means as they are: they still tell gates apart that
        are all fully open or all closed.

    Returns
    -------
    values : Tensor of the shape of mu
        Gates as they multiply the features in evaluation.

    Examples
    --------
    >>> import torch
    >>> from stg_select.gates import gate_values
    >>> gate_values(torch.tensor([-1.0, 0.25, 2.0]))
    tensor([0.0000, 0.2500, 1.0000])
    """
    return torch.clamp(mu, min=0, max=1) if clamp else mu


def sample_gates(mu: Tensor, noise: Tensor, out: Tensor | None = None) -> Tensor:
    r"""Return the gates with noise, :math:`\max(0, \min(1, \mu_d + \epsilon_d))`.

    Parameters
    ----------
    mu : Tensor of any shape
        Means of the gates.
    noise : Tensor, broadcastable with mu
        Draws of epsilon from N(0, sigma^2).
    out : Tensor, default=None
        Memory for the gates, which may be `noise`.

    Returns
    -------
    gates : Tensor of the shape that mu and noise broadcast to
        Gates as they multiply the features in training. The gradient reaches `mu`
        where a gate is strictly between 0 and 1.

    Examples
    --------
    >>> import torch
    >>> from stg_select.gates import sample_gates
    >>> sample_gates(torch.tensor([0.5, 0.5]), noise=torch.tensor([-0.75, 0.25]))
    tensor([0.0000, 0.7500])
    """
    return torch.clamp(torch.add(mu, noise, out=out), min=0, max=1, out=out)


def mean_gradient(
    gradient: Tensor, gates: Tensor, mu: Tensor, std: float, price: Tensor
) -> Tensor:
    r"""Go back from gates with noise to their means, and add the slope of the penalty.

    .. math:: \sum_b [0 < z_{bd} < 1] \frac{\partial L}{\partial z_{bd}}
        + \lambda_d \frac{d}{d\mu_d} \Phi(\mu_d / \sigma)

    Parameters
    ----------
    gradient : Tensor of the shape of gates
        Gradient of a loss with respect to the gates; used as memory.
    gates : Tensor of shape (K, p) or (K, B, p)
        As :func:`sample_gates` gave them, one draw for all rows or one for each.
    mu : Tensor of shape (K, p)
        Means of the gates.
    std : float
        Standard deviation sigma of the noise, positive.
    price : Tensor of shape (K, p)
        Weight lambda of each gate's :func:`active_probs` in the penalty.

    Returns
    -------
    gradient : Tensor of shape (K, p)
        Gradient of loss and penalty with respect to the means.
    """
    # torch's way back through a clamp to [0, 1], in given memory
    torch.ops.aten.hardtanh_backward.grad_input(
        gradient, gates, 0.0, 1.0, grad_input=gradient
    )
    if gradient.dim() == 3:
        gradient = gradient.sum(1)
    return gradient.addcmul_(price, active_probs_slope(mu, std))
