// Package seed fills a database: the catalogue, which every database has, and the demo, which only a showing has.
package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lattice-money/lattice/gen/db"
	"github.com/lattice-money/lattice/internal/catalogue"
	"github.com/lattice-money/lattice/internal/engine/rewards"
	"github.com/lattice-money/lattice/internal/postgres"
)

// catalogueLock lets one process at a time load the catalogue.
const catalogueLock = 0x6c617463 // "latc"

// Reference brings card products, reward rules and merchants to what the files say. It is part of every migrate, may be
// repeated, and never touches what users own.
func Reference(ctx context.Context, pool *pgxpool.Pool, files fs.FS) error {
	loaded, err := catalogue.Load(files, ".")
	if err != nil {
		return fmt.Errorf("read catalogue: %w", err)
	}
	q := queries.New()
	return postgres.WithTx(ctx, pool, func(ctx context.Context, tx pgx.Tx) error {
		if err := q.LockForTransaction(ctx, tx, catalogueLock); err != nil {
			return fmt.Errorf("lock catalogue: %w", err)
		}
		for _, merchant := range loaded.Merchants {
			var returnDays *int32
			if days := int32(merchant.ReturnDays); days > 0 { //nolint:gosec // the loader bounds it by a year
				returnDays = &days
			}
			err := q.MerchantUpsert(ctx, tx, queries.MerchantUpsertParams{
				ID: merchant.ID, Slug: merchant.Slug, Name: merchant.Name, Category: string(merchant.Category), LogoURL: merchant.LogoURL,
				Aliases: notNil(merchant.Aliases), Products: notNil(merchant.Products), AcceptedNetworks: notNil(merchant.AcceptedNetworks),
				ReturnDays: returnDays, Linkable: merchant.Linkable,
			})
			if err != nil {
				return fmt.Errorf("store merchant %s: %w", merchant.Slug, err)
			}
		}
		if err := keepVersion(ctx, tx, q, loaded.Products); err != nil {
			return err
		}
		for _, product := range loaded.Products {
			if err := storeProduct(ctx, tx, q, product); err != nil {
				return fmt.Errorf("store card product %s: %w", product.Slug, err)
			}
		}
		return nil
	})
}

// keepVersion stores the catalogue whole under its version, for the answers that will name it.
func keepVersion(ctx context.Context, tx pgx.Tx, q *queries.Queries, products []rewards.Product) error {
	content, err := json.Marshal(products)
	if err != nil {
		return fmt.Errorf("write catalogue: %w", err)
	}
	err = q.RuleVersionInsert(ctx, tx, queries.RuleVersionInsertParams{Version: products[0].Catalogue, Products: content})
	if err != nil {
		return fmt.Errorf("keep catalogue: %w", err)
	}
	return nil
}

func storeProduct(ctx context.Context, tx pgx.Tx, q *queries.Queries, product rewards.Product) error {
	id, err := uuid.Parse(product.ID)
	if err != nil {
		return fmt.Errorf("read id: %w", err)
	}
	groups, err := json.Marshal(notNil(product.ChoiceGroups))
	if err != nil {
		return fmt.Errorf("write choice groups: %w", err)
	}
	err = q.CardProductUpsert(ctx, tx, queries.CardProductUpsertParams{
		ID: id, Slug: product.Slug, Issuer: product.Issuer, Name: product.Name, Network: product.Network,
		Currency: product.Currency(), AnnualFee: product.AnnualFee.Amount, ForeignFeeBps: product.ForeignFeeBps,
		Program: string(product.Program), PointValue: product.PointValue, ChoiceGroups: groups, OnlyAt: notNil(product.OnlyAt),
		RuleVersion: product.RuleVersion, Catalogue: product.Catalogue, Source: product.Source, AsOf: midnight(product.AsOf),
		Illustrative: product.Illustrative,
		Note:         product.Note,
	})
	if err != nil {
		return err
	}
	if err := q.RewardRuleDeleteForProduct(ctx, tx, id); err != nil {
		return fmt.Errorf("delete rules: %w", err)
	}
	for i, rule := range product.Rules {
		ruleID, err := uuid.Parse(rule.ID)
		if err != nil {
			return fmt.Errorf("read rule id: %w", err)
		}
		row := queries.RewardRuleInsertParams{
			ID: ruleID, ProductID: id, Ordinal: int32(i), Kind: string(rule.Kind), Category: string(rule.Category),
			MerchantSlug: rule.MerchantSlug, Label: rule.Label, RateBps: rule.RateBps, CapPeriod: string(rule.CapPeriod),
			SharedCapGroup: rule.SharedCapGroup, ValidFrom: midnightOrNil(rule.ValidFrom), ValidTo: midnightOrNil(rule.ValidTo),
			Quarter: string(rule.Quarter), RequiresActivation: rule.RequiresActivation, ChoiceGroup: rule.ChoiceGroup,
			DomesticOnly: rule.DomesticOnly, ExcludedMerchants: notNil(rule.ExcludedMerchants), Source: rule.Source,
			AsOf: midnight(rule.AsOf), Illustrative: rule.Illustrative, Note: rule.Note,
		}
		if rule.Cap != nil {
			row.CapAmount = &rule.Cap.Amount
		}
		if err := q.RewardRuleInsert(ctx, tx, row); err != nil {
			return fmt.Errorf("store rule %s: %w", rule.ID, err)
		}
	}
	return nil
}

func midnight(day rewards.Date) time.Time {
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC)
}

func midnightOrNil(day rewards.Date) *time.Time {
	if day.IsZero() {
		return nil
	}
	at := midnight(day)
	return &at
}

func notNil[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
